// Fails when the whole library, bundled and minified as an app would, is larger than it may be.
// `--write <file>` also leaves the bundle there.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const MOST_BYTES = 10 * 1024;

const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const [output] = await build({
  configFile: false,
  logLevel: "error",
  build: {
    write: false,
    target: "es2022",
    lib: { entry, formats: ["es"], fileName: "swapwire" },
    // A library keeps its white space for the next bundler; what an app ships does not.
    rolldownOptions: { output: { minify: true } },
  },
});
const { code } = output.output[0];
const bytes = gzipSync(code, { level: 9 }).length;
console.log(`@swapwire/client: ${code.length} bytes, ${bytes} gzipped, ${MOST_BYTES} allowed`);
if (bytes > MOST_BYTES) process.exitCode = 1;

const target = process.argv[process.argv.indexOf("--write") + 1];
if (process.argv.includes("--write") && target) await writeFile(target, code);
