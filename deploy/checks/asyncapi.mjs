// Whether the AsyncAPI document is valid: what the standard's own parser finds wrong with it (`make api-test`).
// Run in the folder where the parser is installed; the argument is the document.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { Parser } = createRequire(join(process.cwd(), "package.json"))("@asyncapi/parser");
const file = process.argv[2];
const { diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
// 0 is an error, 1 a warning; below are pieces of advice, such as that there is a newer version of the standard.
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
for (const { path, message } of wrong) console.error(`${file}: ${path.join(".")}: ${message}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
