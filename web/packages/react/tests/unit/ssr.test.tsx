// @vitest-environment happy-dom
// On a server: what is shown is that it loads, and nothing is opened. The page takes over without a mismatch.

import { act } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import {
  SwapwireProvider,
  useBook,
  useConnection,
  useNotifications,
  useOrders,
  usePreferences,
  useStation,
  useStationIds,
  useStations,
  useStatistics,
  useUnread,
} from "../../src/index.ts";
import { Gateway, station } from "./gateway.ts";
import { settle } from "./page.tsx";

function Page() {
  const all = useStations({ all: true });
  const near = useStationIds({ near: { latitude: 52.5, longitude: 13.4 } });
  const shown = [
    useConnection().phase,
    all.ready ? `${all.stations.length} stations` : "stations load",
    near.ready ? `${near.ids.length} near` : "near ones load",
    useStation(1)?.station_name ?? "a station loads",
    useOrders().loading ? "orders load" : "orders",
    useNotifications().complete ? "inbox" : "inbox loads",
    useUnread(),
    useStatistics({ bucket: "day" }).loading ? "statistics load" : "statistics",
    usePreferences().preferences?.locale ?? "preferences load",
    useBook().pending,
  ];
  return <p>{shown.join(", ")}</p>;
}

test("renderToString shows that everything loads and opens nothing; hydration takes over", async () => {
  const gateway = new Gateway([station(1), station(2)]);
  gateway.route("GET /user/orders/", () => ({ status: 200, body: { items: [], next: null } }));
  gateway.route("GET /stats/", () => ({ status: 200, body: { items: [] } }));
  gateway.route("GET /user/preferences/", () => ({ status: 200, body: { locale: "am", time_zone: "UTC", push: {} } }));
  const page = (
    <SwapwireProvider client={gateway.client}>
      <Page />
    </SwapwireProvider>
  );
  const html = renderToString(page);
  expect(html).toContain(
    "idle, stations load, near ones load, a station loads, orders load, inbox loads, 0, statistics load, preferences load",
  );
  expect(gateway.sockets).toHaveLength(0);
  expect(gateway.requests).toHaveLength(0);

  const container = document.createElement("div");
  container.append(new DOMParser().parseFromString(html, "text/html").body.firstChild ?? "");
  const mismatches: unknown[] = [];
  const root = await act(async () =>
    hydrateRoot(container, page, { onRecoverableError: (error) => mismatches.push(error) }),
  );
  await settle();
  expect(mismatches).toEqual([]);
  expect(container.textContent).toBe("live, 2 stations, 2 near, Station 1, orders, inbox, 0, statistics, am, ");
  await act(async () => root.unmount());
});
