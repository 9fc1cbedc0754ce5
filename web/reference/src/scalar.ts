// The reference of one document, drawn by Scalar from our own origin alone: no fonts, proxy, telemetry or assistants
// of its maker.

import "@fontsource-variable/inter/index.css";
import "@swapwire/app/src/theme/tokens.css";
import "@scalar/api-reference/style.css";
import "./reference.css";
import { createApiReference } from "@scalar/api-reference";

type Reference = ReturnType<typeof createApiReference>;
type Settings = Parameters<Reference["updateConfiguration"]>[0];
type Source = { url: string } | { content: Record<string, unknown>; documentDownloadType: "none" };

/** The app's choice of colours holds here too; without one, the device's. */
function forcedColours(): { forceDarkModeState?: "light" | "dark" } {
  const theme = localStorage.getItem("swapwire.theme");
  return theme === "light" || theme === "dark" ? { forceDarkModeState: theme } : {};
}

function settings(source: Source, token: string): Settings {
  return {
    ...source,
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
    // The documents name no server: it is the one that this page came from.
    servers: [{ url: location.origin }],
    authentication: { preferredSecurityScheme: "bearer", securitySchemes: { bearer: { token } } },
    operationTitleSource: "path",
    generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  };
}

/** Draws a document into the page. What it answers changes the token that its requests carry. */
export function drawReference(source: Source): (token: string) => void {
  const reference = createApiReference("#reference", settings(source, ""));
  return (token) => reference.updateConfiguration(settings(source, token));
}
