// asyncapi.json, arranged for reading: Scalar shows a channel's title in place of its address, an operation's key where
// it has no title, and searches models but no messages.

export interface AsyncApiDocument {
  info: { description: string };
  channels: Record<string, { address: string; description?: string }>;
  operations: Record<string, { action: "send" | "receive"; title?: string }>;
  components: {
    messages: Record<string, { payload: unknown }>;
    schemas: Record<string, unknown>;
  };
}

/** The document speaks for the gateway: what it receives, a client sends. */
const senders = { receive: "What a client sends", send: "What the gateway sends" } as const;

/** Where the documents themselves are, for programs; `schemas` names the files of /docs/schemas/. */
function files(schemas: readonly string[]): string {
  const links = schemas.map((file) => `- [${file.replace(/\.json$/, "")}](/docs/schemas/${file})`);
  return ["This document: [asyncapi.json](/docs/asyncapi.json)", "## Events as JSON Schema", links.join("\n")].join(
    "\n\n",
  );
}

export function arrangedForReading<T extends AsyncApiDocument>(document: T, schemas: readonly string[]): T {
  const { info, channels, operations, components } = structuredClone(document);
  info.description = `${info.description}\n\n${files(schemas)}`;
  for (const channel of Object.values(channels)) {
    channel.description = `\`${channel.address}\`\n\n${channel.description ?? ""}`;
  }
  for (const operation of Object.values(operations)) operation.title = senders[operation.action];
  for (const [name, message] of Object.entries(components.messages)) {
    components.schemas[name] = message.payload;
    message.payload = { $ref: `#/components/schemas/${name}` };
  }
  return { ...document, info, channels, operations, components };
}
