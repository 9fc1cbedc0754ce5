// Changes in the database at a steady rate, by pgbench: what a busy network does to every screen.

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const database = process.env.SWAPWIRE_TEST_SUPERUSER_URL?.replace(/\/postgres$/, "/swapwire");
const pgbench = process.env.SWAPWIRE_BENCH_PGBENCH ?? "pgbench";

/** A battery of a random station starts or ends charging: its station's counts change on every screen. */
const anywhere = (batteries) => `\\set id random(1, ${batteries})
UPDATE inventory.batteries SET state = CASE state WHEN 'available' THEN 'charging' ELSE 'available' END
WHERE id = :id AND state IN ('available', 'charging') AND station_id IS NOT NULL;
`;

/** The same at one of these stations. */
const at = (stations) => `\\set which random(1, ${stations.length})
UPDATE inventory.batteries SET state = CASE state WHEN 'available' THEN 'charging' ELSE 'available' END
WHERE id = (SELECT min(id) FROM inventory.batteries
            WHERE station_id = (ARRAY[${stations}])[:which] AND state IN ('available', 'charging'));
`;

/** Runs until `stop()`; at most an hour. */
export function changes({ perSecond, batteries, stations }) {
  const script = join(mkdtempSync(join(tmpdir(), "swapwire-bench-")), "change.sql");
  writeFileSync(script, stations ? at(stations) : anywhere(batteries));
  const args = ["-n", "-M", "prepared", "-c", "4", "-R", String(perSecond), "-T", "3600", "-f", script, database];
  const running = spawn(pgbench, args, { stdio: "ignore" });
  return { stop: () => running.kill("SIGINT") };
}
