// @vitest-environment happy-dom
// Lists of stations: what renders when, and which sockets there are.

import type { Station, Stations } from "@swapwire/client";
import { memo } from "react";
import { expect, test } from "vitest";
import { useConnection, useStation, useStationIds, useStations } from "../../src/index.ts";
import { Gateway, station } from "./gateway.ts";
import { settle, show, use } from "./page.tsx";

const many = (count: number) => Array.from({ length: count }, (_, index) => station(index + 1));

/** Renders since the last `take()`, by name. */
const counts = new Map<string, number>();
const count = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
function take() {
  const taken = Object.fromEntries(counts);
  counts.clear();
  return taken;
}

const Row = memo(({ station }: { station: Station }) => {
  count(`row ${station.station_id}`);
  return <li>{station.available_batteries}</li>;
});

function List() {
  const { stations } = useStations({ all: true });
  count("list");
  return stations.map((station) => <Row key={station.station_id} station={station} />);
}

test("a changed station renders the list and its own row, and no other row", async () => {
  const gateway = new Gateway(many(50));
  const page = await show(gateway.client, <List />);
  expect(page.container.children).toHaveLength(50);
  take();
  await settle(() => gateway.change(7, { available_batteries: 4 }));
  expect(take()).toEqual({ list: 1, "row 7": 1 });
  expect(page.container.children[6]?.textContent).toBe("4");
});

const OwnRow = memo(({ id, source }: { id: number; source: Stations }) => {
  const station = useStation(id, source);
  count(`row ${id}`);
  return <li>{station?.available_batteries}</li>;
});

function IdList() {
  const { ids, source } = useStationIds({ all: true, sort: "name" });
  count("list");
  return ids.map((id) => <OwnRow key={id} id={id} source={source} />);
}

test("rows that read their own station render alone; the list renders when its order or members change", async () => {
  const gateway = new Gateway(many(50));
  const page = await show(gateway.client, <IdList />);
  expect(gateway.open).toHaveLength(1);
  take();
  await settle(() => gateway.change(7, { available_batteries: 4 }));
  expect(take()).toEqual({ "row 7": 1 });
  await settle(() => gateway.change(7, { station_name: "A first one" }));
  expect(take()).toEqual({ list: 1, "row 7": 1 });
  expect(page.container.children[0]?.textContent).toBe("4");
});

test("a station that the filter leaves out renders nothing", async () => {
  const gateway = new Gateway([...many(3), station(4, { available_batteries: 0 })]);
  const { seen } = await use(gateway.client, () => useStations({ all: true, filter: { available: true } }));
  const { renders, current } = seen;
  expect(current.stations.map(({ station_id }) => station_id)).toEqual([1, 2, 3]);
  await settle(() => gateway.change(4, { station_name: "Renamed" }));
  expect(seen.renders).toBe(renders);
  expect(seen.current).toBe(current);
  await settle(() => gateway.change(4, { available_batteries: 1 }));
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([1, 2, 3, 4]);
});

test("a query written inline, with functions even, opens no second socket and keeps the list", async () => {
  const gateway = new Gateway(many(5));
  const { seen, again } = await use(gateway.client, () =>
    useStations({
      box: [13, 52, 14, 53],
      sort: (one, other) => other.station_id - one.station_id,
      filter: ({ station_id }) => station_id !== 3,
    }),
  );
  const { stations } = seen.current;
  expect(stations.map(({ station_id }) => station_id)).toEqual([5, 4, 2, 1]);
  for (let time = 0; time < 5; time += 1) await again();
  expect(seen.current.stations).toBe(stations);
  expect(gateway.sockets).toHaveLength(1);
  expect(gateway.sockets[0]?.heard).toEqual([]);
});

for (const query of [{ all: true }, { box: [13, 52, 14, 53] }, { ids: [1, 2] }] as const) {
  test(`StrictMode opens one socket for ${JSON.stringify(query)}, and leaving closes it after a while`, async () => {
    const gateway = new Gateway(many(5));
    const { seen, unmount } = await use(gateway.client, () => useStations(query), { strict: true });
    expect(seen.current.ready).toBe(true);
    expect(gateway.sockets).toHaveLength(1);
    await settle(() => gateway.change(1, { available_batteries: 3 }));
    expect(seen.current.stations[0]?.available_batteries).toBe(3);
    await unmount();
    gateway.advance(4_000);
    expect(gateway.client.connection.get().phase).toBe("ids" in query ? "idle" : "live");
    gateway.advance(1_000);
    expect(gateway.open).toHaveLength(0);
    expect(gateway.client.connection.get()).toEqual({ phase: "idle" });
  });
}

test("a new round trip renders who shows the connection, and no list", async () => {
  const gateway = new Gateway(many(3));
  const list = await use(gateway.client, () => useStations({ all: true }));
  const banner = await use(gateway.client, () => useConnection());
  const { renders, current } = list.seen;
  gateway.advance(20_000);
  await settle();
  expect(banner.seen.current).toEqual({ phase: "live", transport: "websocket", roundTripMs: expect.any(Number) });
  expect(list.seen).toEqual({ renders, current });
});

test("a screen that comes back within the client's linger shows its list in the first render", async () => {
  const gateway = new Gateway(many(3));
  const shown: number[] = [];
  const first = await use(gateway.client, () => shown.push(useStations({ all: true }).stations.length));
  expect(shown[0]).toBe(0);
  expect(shown.at(-1)).toBe(3);
  await first.unmount();
  gateway.advance(1_000);
  shown.length = 0;
  await use(gateway.client, () => shown.push(useStations({ all: true }).stations.length));
  expect(shown[0]).toBe(3);
  expect(gateway.sockets).toHaveLength(1);
});

test("ready tells an empty list from one that is on its way", async () => {
  const gateway = new Gateway();
  const { seen } = await use(gateway.client, () => useStations({ all: true }));
  expect(seen.current).toMatchObject({ ready: true, stations: [], connection: { phase: "live" } });
});

test("other ids on the same socket: those that stay are not asked for again", async () => {
  const gateway = new Gateway(many(9));
  let ids = [3, 1];
  const { seen, again } = await use(gateway.client, () => useStations({ ids: [...ids] }));
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([3, 1]);
  ids = [1, 8];
  await again();
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([1, 8]);
  expect(gateway.open).toHaveLength(1);
});

test("near: nearest first within the radius; a short walk moves no box, a longer one does, a journey begins anew", async () => {
  const gateway = new Gateway([
    station(1, { latitude: 52.5 }),
    station(2, { latitude: 52.52 }),
    station(3, { latitude: 52.56 }),
    station(9, { latitude: 9.03, longitude: 38.74 }),
  ]);
  let point = { latitude: 52.515, longitude: 13.4 };
  const { seen, again } = await use(gateway.client, () => useStations({ near: { ...point, radius_km: 3 } }));
  const shown = () => seen.current.stations.map(({ station_id }) => station_id);
  expect(shown()).toEqual([2, 1]);
  point = { latitude: 52.505, longitude: 13.4 };
  await again();
  expect(shown()).toEqual([1, 2]);
  expect(gateway.sockets[0]?.heard).toEqual([]);
  point = { latitude: 52.54, longitude: 13.4 };
  await again();
  expect(shown()).toEqual([2, 3]);
  expect(gateway.sockets).toHaveLength(1);
  expect(gateway.sockets[0]?.heard.map(({ type }) => type)).toEqual(["view"]);

  point = { latitude: 9.0, longitude: 38.74 };
  await again();
  expect(shown()).toEqual([]);
  point = { latitude: 9.02, longitude: 38.74 };
  await again();
  expect(shown()).toEqual([9]);
  expect(gateway.sockets).toHaveLength(2);
});

test("a journey to a far place is not ready until that place's stations are there", async () => {
  const gateway = new Gateway([station(1), station(9, { latitude: 9.03, longitude: 38.74 })]);
  const states: string[] = [];
  let point = { latitude: 52.5, longitude: 13.4 };
  const { again } = await use(gateway.client, () => {
    const { stations, ready } = useStations({ near: point });
    states.push(`${ready} ${stations.map(({ station_id }) => station_id)}`);
  });
  states.length = 0;
  point = { latitude: 9, longitude: 38.74 };
  await again();
  expect([...new Set(states)]).toEqual(["false ", "true 9"]);
});

test("near a pole, and with a point that is none, a query settles", async () => {
  const gateway = new Gateway([station(1, { latitude: 88.6, longitude: 40 })]);
  let point = { latitude: 88.5, longitude: 13.4 };
  const { seen, again } = await use(gateway.client, () => useStations({ near: { ...point, radius_km: 120 } }));
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([1]);
  point = { latitude: Number.NaN, longitude: Number.NaN };
  await again();
  expect(seen.current.stations).toEqual([]);
});

test("a much smaller circle takes a smaller box", async () => {
  const gateway = new Gateway([station(1), station(2, { latitude: 52.8 })]);
  let radius_km = 50;
  const near = () => ({ latitude: 52.5, longitude: 13.4, radius_km });
  const { seen, again } = await use(gateway.client, () => useStations({ near: near() }));
  expect(seen.current.stations).toHaveLength(2);
  radius_km = 5;
  await again();
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([1]);
  expect(gateway.sockets.map(({ heard }) => heard.length)).toEqual([1]);
  expect(seen.current.source.list()).toHaveLength(1);
});

test("a map that is dragged stays on its socket and ends with its last box", async () => {
  const gateway = new Gateway([station(1, { longitude: 13.05 }), station(2, { longitude: 14.05 })]);
  let west = 13;
  const { seen, again } = await use(gateway.client, () => useStations({ box: [west, 52, west + 1, 53] }));
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([1]);
  for (let frame = 1; frame <= 10; frame += 1) {
    west = 13 + frame / 100;
    await again();
  }
  expect(seen.current.stations.map(({ station_id }) => station_id)).toEqual([2]);
  expect(seen.current.ready).toBe(true);
  expect(gateway.sockets).toHaveLength(1);
  expect(gateway.sockets[0]?.heard.at(-1)?.bbox).toEqual([west, 52, west + 1, 53]);
});
