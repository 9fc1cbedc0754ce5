// A whole app in one file: stations near you, live, and booking with one press. `main()` puts it on a page.

import { type Client, connect, type Stations } from "@swapwire/client";
import { memo, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import {
  distanceKm,
  type Point,
  SwapwireProvider,
  useBook,
  useConnection,
  useOrders,
  useStation,
  useStationIds,
} from "../src/index.ts";

const berlin: Point = { latitude: 52.52, longitude: 13.405 };

export function App({ client }: { client: Client }) {
  return (
    <SwapwireProvider client={client}>
      <Banner />
      <Held />
      <Nearest from={berlin} />
    </SwapwireProvider>
  );
}

/** Says when what is shown may be old. */
function Banner() {
  const connection = useConnection();
  if (connection.phase === "live" || connection.phase === "idle") return null;
  return <p role="status">{connection.phase === "refused" ? connection.error.message : "Connecting…"}</p>;
}

function Nearest({ from }: { from: Point }) {
  const [text, setText] = useState("");
  const { ids, ready, source } = useStationIds({
    near: { ...from, radius_km: 20 },
    filter: { available: true, text },
  });
  return (
    <main>
      <h1>Batteries near you</h1>
      <label>
        Search <input value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {ready && ids.length === 0 && <p>No station with a battery within 20 km.</p>}
      {!ready && <p>Loading…</p>}
      <ul>
        {ids.map((id) => (
          <Row key={id} id={id} source={source} from={from} />
        ))}
      </ul>
    </main>
  );
}

/** Renders when its own station changes, and not when another does. */
const Row = memo(function Row({ id, source, from }: { id: number; source: Stations; from: Point }) {
  const station = useStation(id, source);
  const { book, pending, error } = useBook();
  if (!station) return null;
  return (
    <li>
      <b>{station.available_batteries}</b> {station.station_name}, {distanceKm(from, station).toFixed(1)} km{" "}
      <button type="button" disabled={pending !== null} onClick={() => book(id)}>
        Book
      </button>
      {error && <span role="alert">{error.message}</span>}
    </li>
  );
});

function Held() {
  const { orders, error, collect, cancel } = useOrders({ status: "booked" });
  return (
    <section aria-label="Your batteries">
      {orders.map(({ id, battery, station, expires_at }) => (
        <p key={id}>
          {battery.serial_number} at {station.name}, until {new Date(expires_at).toLocaleTimeString()}{" "}
          <button type="button" onClick={() => collect(id)}>
            Collected
          </button>
          <button type="button" onClick={() => cancel(id)}>
            Cancel
          </button>
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}

export function main(element: Element, token: () => Promise<string>): void {
  const client = connect({ url: "http://localhost:8000", token });
  createRoot(element).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  );
}
