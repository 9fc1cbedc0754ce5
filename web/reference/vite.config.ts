// The build of the API reference, into the app's folder: nginx serves it under /docs/. It runs after the app's build,
// which empties that folder (scripts/build.mjs).

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Takes the style attribute off the lines of code examples: the policy refuses style attributes in markup, and what
 * this one says (how many digits a line number has) stands in reference.css.
 */
function examplesWithoutStyleAttribute(): Plugin {
  const attribute = /node\.properties\.style = \[`--line-count[^;]*;`, `--line-digits[^;]*;`\];/;
  let found = false;
  return {
    name: "examples-without-style-attribute",
    apply: "build",
    transform: {
      filter: { id: /@scalar\/code-highlight\// },
      handler(code) {
        if (!attribute.test(code)) return null;
        found = true;
        return { code: code.replace(attribute, ""), map: null };
      },
    },
    buildEnd(error) {
      if (!error && !found) this.error("Scalar no longer sets the style of code lines as this build expects");
    },
  };
}

export default defineConfig({
  base: "/docs/",
  // The documents that are generated from the services: openapi.json, asyncapi.json and schemas/.
  publicDir: here("../docs"),
  define: { EVENT_SCHEMAS: JSON.stringify(readdirSync(here("../docs/schemas")).sort()) },
  plugins: [examplesWithoutStyleAttribute()],
  build: {
    target: "es2022",
    outDir: `${process.env.SWAPWIRE_WEB_DIST ?? here("../app/dist")}/docs`,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Scalar comes in large pieces; a warning at each build would teach nobody anything.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { http: here("index.html"), live: here("live/index.html") },
    },
  },
});
