import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
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
  },
});
