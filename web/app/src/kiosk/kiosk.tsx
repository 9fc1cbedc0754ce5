// One station on a screen at its door.

export default function Kiosk({ station }: { station: string }) {
  return <p>{station}</p>;
}
