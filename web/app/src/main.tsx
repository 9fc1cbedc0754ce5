// Starts the app: settings, session and texts first, so that the first paint is the page and not a spinner.

import "./theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { navigate } from "wouter/use-browser-location";
import { App } from "./app.tsx";
import { loadConfig } from "./config/config.ts";
import { initialLocale } from "./i18n/locale.ts";
import { registerWorker } from "./push/registration.ts";
import { resumeSession } from "./session/session.ts";
import { load as loadShellTexts } from "./shell/text.ts";
import { applyTheme } from "./theme/theme.ts";

applyTheme();

async function start(): Promise<void> {
  const [config] = await Promise.all([loadConfig(), loadShellTexts(initialLocale())]);
  const session = await resumeSession(config);
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root.");
  createRoot(root).render(
    <StrictMode>
      <App config={config} session={session} />
    </StrictMode>,
  );
}

/** An open page whose next chunk a new deployment has replaced starts anew, but not again and again. */
addEventListener("vite:preloadError", () => {
  const last = Number(sessionStorage.getItem("swapwire.reloaded"));
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem("swapwire.reloaded", String(Date.now()));
  location.reload();
});

void start();
registerWorker(navigate);
