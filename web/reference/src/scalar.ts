// A document, drawn by Scalar from our own origin alone: no fonts, proxy, telemetry or assistants of its maker.

import "@fontsource-variable/inter/index.css";
import "@swapwire/app/src/theme/tokens.css";
import "@scalar/api-reference/style.css";
import "./reference.css";
import { createApiReference } from "@scalar/api-reference";

type Reference = ReturnType<typeof createApiReference>;
type Settings = Parameters<Reference["updateConfiguration"]>[0];

/** The app's choice of colours holds here too; without one, the device's. */
function forcedColours(): { forceDarkModeState?: "light" | "dark" } {
  const theme = localStorage.getItem("swapwire.theme");
  return theme === "light" || theme === "dark" ? { forceDarkModeState: theme } : {};
}

const look = {
  // The app's tokens instead, by reference.css.
  theme: "none",
  ...forcedColours(),
  hideDarkModeToggle: true,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
} as const;

function httpSettings(token: string): Settings {
  return {
    ...look,
    url: "/docs/openapi.json",
    // The document names no server: it is the one that this page came from.
    servers: [{ url: location.origin }],
    authentication: { preferredSecurityScheme: "bearer", securitySchemes: { bearer: { token } } },
    operationTitleSource: "path",
    generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  };
}

/** Draws the HTTP API. What it answers changes the token that its requests carry. */
export function drawHttp(): (token: string) => void {
  const reference = createApiReference("#reference", httpSettings(""));
  return (token) => reference.updateConfiguration(httpSettings(token));
}

/** Draws the live API; its document links itself. */
export function drawLive(content: object): void {
  createApiReference("#reference", { ...look, content: { ...content }, documentDownloadType: "none" });
}
