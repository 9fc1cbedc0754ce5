// The live page's document, made from the asyncapi.json that is served.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AsyncApiDocument, arrangedForReading } from "../src/live-document.ts";

const file = new URL("../../docs/asyncapi.json", import.meta.url);
const document: AsyncApiDocument = JSON.parse(readFileSync(file, "utf8"));
const arranged = arrangedForReading(document, ["swap.battery_added.v1.json"]);

test("its files are linked", () => {
  expect(arranged.info.description).toContain("(/docs/asyncapi.json)");
  expect(arranged.info.description).toContain("[swap.battery_added.v1](/docs/schemas/swap.battery_added.v1.json)");
});

test("each channel says its address", () => {
  const channels = Object.values(arranged.channels);
  expect(channels.length).toBeGreaterThan(0);
  for (const { address, description } of channels) expect(description).toContain(`\`${address}\``);
});

test("each operation says whose messages they are", () => {
  expect(arranged.operations.receive_user?.title).toBe("What a client sends");
  expect(arranged.operations.send_user?.title).toBe("What the gateway sends");
});

test("each message can be found as a model, with the fields that it had", () => {
  for (const [name, { payload }] of Object.entries(document.components.messages)) {
    expect(arranged.components.messages[name]?.payload).toEqual({ $ref: `#/components/schemas/${name}` });
    expect(arranged.components.schemas[name]).toEqual(payload);
    expect(document.components.schemas, "a message has the name of a type").not.toHaveProperty([name]);
  }
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(arranged).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(0);
  for (const path of references) {
    const target = path.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], arranged);
    expect(target, path).toBeDefined();
  }
});
