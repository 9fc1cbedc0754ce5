// @vitest-environment happy-dom
// One station.

import type { Station } from "@swapwire/client";
import { expect, test } from "vitest";
import { useStation, useStations } from "../../src/index.ts";
import { Gateway, station } from "./gateway.ts";
import { settle, show, use } from "./page.tsx";

const nameOf = (shown: Station | null | undefined) =>
  shown === undefined ? "loading" : shown === null ? "none" : shown.station_name;

const Show = ({ id }: { id: number }) => <p>{nameOf(useStation(id))}</p>;

function ShowOfAll({ id }: { id: number }) {
  const { source } = useStations({ all: true });
  return <p>{nameOf(useStation(id, source))}</p>;
}

test("a station that is not known yet, one that is, and one that does not exist", async () => {
  const gateway = new Gateway([station(1), station(2)]);
  const page = await show(gateway.client, [<Show key={1} id={1} />, <Show key={2} id={2} />, <Show key={3} id={77} />]);
  expect(page.first).toBe("loadingloadingloading");
  expect(page.text()).toBe("Station 1Station 2none");
  expect(gateway.open).toHaveLength(1);
  await settle(() => gateway.change(2, { station_name: "Renamed" }));
  expect(page.text()).toBe("Station 1Renamednone");
});

test("only the station's own changes render it", async () => {
  const gateway = new Gateway([station(1), station(2)]);
  const one = await use(gateway.client, () => useStation(1));
  await use(gateway.client, () => useStation(2));
  const { renders } = one.seen;
  await settle(() => gateway.change(2, { available_batteries: 0 }));
  expect(one.seen.renders).toBe(renders);
  await settle(() => gateway.change(1, { available_batteries: 0 }));
  expect(one.seen.renders).toBe(renders + 1);
});

test("coming from a list the station is shown in the first render", async () => {
  const gateway = new Gateway([station(1)]);
  await use(gateway.client, () => useStations({ all: true }));
  const shown: string[] = [];
  await use(gateway.client, () => shown.push(nameOf(useStation(1))));
  expect(new Set(shown)).toEqual(new Set(["Station 1"]));
});

test("of a set: null for what is not in it, once it is complete", async () => {
  const gateway = new Gateway([station(1)]);
  const page = await show(gateway.client, <ShowOfAll id={5} />);
  expect(page.first).toBe("loading");
  expect(page.text()).toBe("none");
  expect(gateway.sockets).toHaveLength(1);
});

test("of the client's own set too: that it is complete is heard of where no station changes", async () => {
  const gateway = new Gateway([station(1)]);
  const all = gateway.client.all();
  const shown: string[] = [];
  await use(gateway.client, () => shown.push(nameOf(useStation(5, all))));
  expect(shown[0]).toBe("loading");
  expect(shown.at(-1)).toBe("none");
  all.close();
});

test("StrictMode and another id leave no station followed", async () => {
  const gateway = new Gateway([station(1), station(2)]);
  let id = 1;
  const { seen, again, unmount } = await use(gateway.client, () => useStation(id), { strict: true });
  expect(seen.current?.station_id).toBe(1);
  id = 2;
  await again();
  expect(seen.current?.station_id).toBe(2);
  const { renders } = seen;
  await settle(() => gateway.change(1, { available_batteries: 0 }));
  expect(seen.renders).toBe(renders);
  await unmount();
  expect(gateway.open).toHaveLength(0);
});
