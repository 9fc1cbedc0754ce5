// The browser tests: Debian's Chromium against an instance that runs (make test, or make test-up and its environment).

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests/browser",
  outputDir: process.env.SWAPWIRE_TEST_LOGS
    ? `${process.env.SWAPWIRE_TEST_LOGS}/browser`
    : "../../target/test-logs/browser",
  // They share one instance, and some stop its parts.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.SWAPWIRE_TEST_BASE_URL ?? "",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.SWAPWIRE_TEST_CHROMIUM || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // MapLibre needs WebGL, and a test machine has no graphics card.
        "--use-gl=angle",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
      ],
    },
  },
});
