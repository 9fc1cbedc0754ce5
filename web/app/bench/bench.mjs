// `make bench` for the app: what the screens cost, in Chromium, on a network of 10,000 stations. Prints a table, and
// writes it to the file that --markdown names.

import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { changeToPixels, eventToPixels, heapGrowth, mainThread } from "./busy_screen.mjs";
import { largestPaint, scriptBytes } from "./first_view.mjs";
import { settle } from "./load.mjs";
import { sharedTabs } from "./tabs.mjs";

const { values } = parseArgs({
  options: {
    markdown: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
    "soak-seconds": { type: "string", default: "600" },
    stations: { type: "string", default: "10000" },
    /** first-view, busy, pixels, tabs or heap alone. */
    only: { type: "string" },
  },
});
const [rounds, seconds, soak] = [Number(values.rounds), Number(values.seconds), Number(values["soak-seconds"])];
const batteries = Number(values.stations) * 4;

execFileSync(
  process.env.SWAPWIRE_TEST_SWAPCTL,
  ["seed", "--stations", values.stations, "--batteries", String(batteries)],
  {
    stdio: "inherit",
  },
);
settle();

const wanted = (part) => values.only === undefined || values.only === part;
const rows = [];
const note = (...row) => {
  rows.push(row);
  console.log(row.join(" | "));
};
const percent = (share) => `${(share * 100).toFixed(0)} %`;
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const browser = await launch();
if (wanted("first-view")) {
  const { bytes, scripts } = await scriptBytes(browser);
  console.log(scripts);
  note("JavaScript before the map, compressed", kb(bytes), "≤ 150 KB", "≤ 90 KB");
  const paint = await largestPaint(browser, rounds);
  note("rider's first view, 4 × CPU slowdown: largest paint", `${paint.toFixed(0)} ms`, "< 1,500 ms", "< 1,000 ms");
}
const busy = { batteries, perSecond: 100, seconds, rounds };
for (const view of wanted("busy") ? ["wall", "map"] : []) {
  const { busy: share, longPerMinute } = await mainThread(browser, `/network?view=${view}`, busy);
  note(`${view}, 100 updates/s: main thread busy`, percent(share), "≤ 35 %", "≤ 15 %");
  note(`${view}, 100 updates/s: tasks over 50 ms per minute`, longPerMinute.toFixed(1), "0", "");
}
if (wanted("pixels")) {
  const { p50, p95, events } = await eventToPixels(browser, { batteries, perSecond: 100, seconds });
  const times = `${p50?.toFixed(0)} / ${p95?.toFixed(0)} ms`;
  const floor = await changeToPixels(browser, { batteries, perSecond: 100, seconds });
  const least = `${floor.p50.toFixed(0)} / ${floor.p95.toFixed(0)} ms`;
  note("a text of an empty page → frame, the same load: p50 / p95", least, "", "");
  note(`event at the socket → frame, ${events} events: p50 / p95`, times, "p95 < 50 ms", "p95 < 35 ms");
}
if (wanted("tabs")) {
  const tabs = await sharedTabs(browser, { ...busy, seconds: Math.min(seconds, 10) });
  note(`${tabs.tabs} tabs: sockets for all stations`, String(tabs.sockets), "1", "");
  const shares = `${percent(tabs.leader)} / ${percent(tabs.follower)}`;
  note("main thread of the tab with the socket / of one that hears through it", shares, "", "");
  note("the tab with the socket is closed: until another one shows a change", `${tabs.gap.toFixed(0)} ms`, "", "");
}
if (wanted("heap")) {
  const wall = "/network?view=wall";
  const heap = await heapGrowth(browser, wall, { batteries, perSecond: 1_000, warmUpSeconds: 150, seconds: soak });
  note(
    `heap of the wall, ${Math.round(heap.changes).toLocaleString("en")} changes at 1,000/s: growth per 1,000 changes`,
    `${kb(heap.slopePerThousand)} (${kb(heap.from)} → ${kb(heap.to)})`,
    "none",
    "",
  );
}
await browser.close();

const table = [
  `**The app in Chromium with ${Number(values.stations).toLocaleString("en")} stations, medians of ${rounds} runs**`,
  "",
  "| | measured | must | aim |",
  "|---|---|---|---|",
  ...rows.map((row) => `| ${row.join(" | ")} |`),
  "",
].join("\n");
if (values.markdown) appendFileSync(values.markdown, `${table}\n`);
else console.log(table);
