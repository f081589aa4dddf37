import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const PLATFORM = "http://127.0.0.1:8000";

/** Built by itself, so that nothing of it comes into what the screens load: `vite build --mode explorer`. */
const EXPLORER = "explorer";

const forScreens = {
  rolldownOptions: {
    output: {
      codeSplitting: {
        groups: [
          { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          { name: "graphql", test: /node_modules[\\/](urql|@urql|wonka|graphql|graphql-ws|gql\.tada|@0no-co)[\\/]/ },
          { name: "router", test: /node_modules[\\/]@tanstack[\\/]/ },
        ],
      },
    },
  },
};

const forExplorer = {
  // Its editor is one chunk of 2.8 MB, 0.7 MB compressed.
  chunkSizeWarningLimit: 3_000,
  rolldownOptions: {
    input: "explorer.html",
    // Those of GraphiQL are for a compiler that has run already.
    checks: { moduleLevelDirective: false },
  },
};

export default defineConfig(({ mode }) => ({
  // Relative, so that the same build works below any path; the server writes the place into <base>.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../platform/server/web/frontend",
    emptyOutDir: mode !== EXPLORER,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    ...(mode === EXPLORER ? forExplorer : forScreens),
  },
  server: { proxy: { "/graphql": { target: PLATFORM, ws: true } } },
}));
