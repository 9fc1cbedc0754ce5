// Builds the app and the API reference beside what is served, and puts the whole in its place at the end: no request
// meets half a build, and a build that fails leaves the last one standing.

import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = (name) => fileURLToPath(new URL(`../app/${name}`, import.meta.url));
const [served, next, last] = [folder("dist"), folder("dist.next"), folder("dist.last")];

rmSync(next, { recursive: true, force: true });
for (const workspace of ["app", "reference"]) {
  const env = { ...process.env, SWAPWIRE_WEB_DIST: next };
  execFileSync("npm", ["run", "build", "--workspace", workspace], { stdio: "inherit", env });
}
rmSync(last, { recursive: true, force: true });
if (existsSync(served)) renameSync(served, last);
renameSync(next, served);
rmSync(last, { recursive: true, force: true });
