// The pages of the network.

export default function Network() {
  return null;
}
