// Changes in the database at a steady rate, by pgbench: what a busy network does to every screen.

import { execFileSync, spawn } from "node:child_process";
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
WHERE id = (SELECT id FROM inventory.batteries
            WHERE station_id = (ARRAY[${stations}])[:which] AND state IN ('available', 'charging')
            ORDER BY station_id, state, state_of_charge_percent DESC, id LIMIT 1);
`;

/** A file for pgbench. */
function scriptOf(text) {
  const script = join(mkdtempSync(join(tmpdir(), "swapwire-bench-")), "change.sql");
  writeFileSync(script, text);
  return script;
}

/**
 * Gathers statistics of what has just been seeded, as autovacuum does some minutes later: without them the statements
 * of the load read whole tables, on the cores of the browser.
 */
export function settle() {
  const script = scriptOf("VACUUM (ANALYZE) inventory.stations;\nVACUUM (ANALYZE) inventory.batteries;\n");
  execFileSync(pgbench, ["-n", "-t", "1", "-f", script, database], { stdio: "ignore" });
}

/** Runs until `stop()`; at most an hour. */
export function changes({ perSecond, batteries, stations }) {
  const script = scriptOf(stations ? at(stations) : anywhere(batteries));
  const args = ["-n", "-M", "prepared", "-c", "4", "-R", String(perSecond), "-T", "3600", "-f", script, database];
  const running = spawn(pgbench, args, { stdio: "ignore" });
  return { stop: () => running.kill("SIGINT") };
}
