// Writes src/generated/ from the documents that the services serve: web/docs/openapi.json and web/docs/asyncapi.json.
// `--check` writes nothing and fails when the committed types are not what the documents say.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const documents = new URL("../../../docs/", import.meta.url);
const target = new URL("../src/generated/", import.meta.url);
const check = process.argv.includes("--check");

const read = async (name) => JSON.parse(await readFile(new URL(name, documents), "utf8"));

/** AsyncAPI's messages as schemas of an OpenAPI document, which is what the generator reads. */
function messagesAsSchemas({ components }) {
  const schemas = { ...components.schemas };
  for (const [name, { payload }] of Object.entries(components.messages)) {
    const type = { type: "object", required: ["type"], properties: { type: { const: name } } };
    // An event's own schema may leave the name to its envelope.
    schemas[`message_${name}`] = JSON.stringify(payload).includes(`"${name}"`) ? payload : { allOf: [payload, type] };
  }
  return { openapi: "3.1.0", info: { title: "live", version: "1" }, paths: {}, components: { schemas } };
}

async function types(document) {
  const header = "// Generated from the served documents by scripts/generate.mjs. Not edited by hand.\n\n";
  return header + astToString(await openapiTS(document, { alphabetize: true }));
}

const files = {
  "http.ts": await types(await read("openapi.json")),
  "live.ts": await types(messagesAsSchemas(await read("asyncapi.json"))),
};

if (!check) await mkdir(target, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, target);
  if (!check) await writeFile(file, text);
  else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    console.error(`src/generated/${name} is not what web/docs says: npm run generate`);
    process.exitCode = 1;
  }
}
