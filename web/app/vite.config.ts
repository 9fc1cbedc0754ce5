// The build of the app. `npx vite` serves it for development and passes requests on to the instance that
// SWAPWIRE_TEST_BASE_URL names (make test-up), or to that of `make run`.

import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

const instance = process.env.SWAPWIRE_TEST_BASE_URL ?? "http://localhost:8000";

/** Tells the service worker which files make up the app's first view: they are kept for when there is no network. */
function shellFiles(): Plugin {
  return {
    name: "shell-files",
    apply: "build",
    generateBundle(_, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("The build made no sw.js.");
      const first = new Set<string>();
      const add = (name: string) => {
        const file = bundle[name];
        if (file?.type !== "chunk" || first.has(name)) return;
        first.add(name);
        for (const imported of file.imports) add(imported);
        for (const style of file.viteMetadata?.importedCss ?? []) first.add(style);
      };
      for (const file of Object.values(bundle)) {
        const texts = file.type === "chunk" && file.facadeModuleId?.match(/\/i18n\/\w+\/(?:shell|rider)\.ts$/);
        if (file.type === "chunk" && ((file.isEntry && file !== worker) || texts)) add(file.fileName);
        if (/inter-latin-wght-normal.*\.woff2$/.test(file.fileName)) first.add(file.fileName);
      }
      const files = [...first].sort().map((name) => `/${name}`);
      const version = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
      worker.code = `const SHELL_FILES = ${JSON.stringify(files)}, SHELL_VERSION = "${version}";\n${worker.code}`;
    },
  };
}

export default defineConfig({
  plugins: [shellFiles()],
  server: {
    proxy: {
      "^/(stations|batteries|stats|user|notifications|push-key|health|config.json|demo-identities.json|docs)": instance,
      "/sse": instance,
      "/ws": { target: instance, ws: true },
    },
  },
  build: {
    outDir: process.env.SWAPWIRE_WEB_DIST ?? "dist",
    emptyOutDir: true,
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
