import { defineConfig, type Plugin } from "vite";

/** Vite would load the styles of a lazy part before it. All styles are loaded with the page, so `import()` is enough. */
const plainImports: Plugin = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null),
};

/** What only some coaches load: `import()` brings it. */
const ON_DEMAND = /\/src\/(player|compare|strings\/hi|clip\/(Several\.|several\.))/;

export default defineConfig({
  plugins: [plainImports],
  oxc: {
    jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" },
    jsxInject: `import { Fragment, h } from "preact";`,
  },
  // Develop against a running API: CRICKSY_API=http://127.0.0.1:8000 npm run dev
  server: { proxy: { "/api": process.env.CRICKSY_API ?? "http://127.0.0.1:8000" } },
  build: {
    outDir: "../src/cricksy/page",
    emptyOutDir: true,
    assetsDir: "page",
    // The policy of the page allows no inline script, style or font.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    // What views on demand share with the first ones is in the first file too, not in many small ones before it.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "start", test: (id) => !ON_DEMAND.test(id) }] } },
    },
  },
});
