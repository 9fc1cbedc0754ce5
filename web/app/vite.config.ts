// The build of the app. `npx vite` serves it for development and passes requests on to the instance that
// SWAPWIRE_TEST_BASE_URL names (make test-up), or to that of `make run`.

import { defineConfig } from "vite";

const instance = process.env.SWAPWIRE_TEST_BASE_URL ?? "http://localhost:8000";

export default defineConfig({
  server: {
    proxy: {
      "^/(stations|batteries|stats|user|notifications|push-key|health|config.json|demo-identities.json|docs)": instance,
      "/sse": instance,
      "/ws": { target: instance, ws: true },
    },
  },
  build: {
    target: "es2022",
    sourcemap: true,
    // Small images become files as well: the CSP then needs no data: for them.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { app: "index.html", sw: "src/worker/sw.ts" },
      output: {
        // The worker's address is its identity, so it carries no hash.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  css: { modules: { localsConvention: "camelCaseOnly" } },
});
