import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const PLATFORM = "http://127.0.0.1:8000";

export default defineConfig({
  // Relative, so that the same build works below any path; the server writes the place into <base>.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../platform/server/web/frontend",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "explorer.html"],
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
  },
  server: { proxy: { "/graphql": { target: PLATFORM, ws: true } } },
});
