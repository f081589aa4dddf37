import { defineConfig } from "vitest/config";

const settings = { css: true, setupFiles: ["src/testing/setup.ts"] };

/** A document is made for those tests alone that draw: it costs more than most of the others do. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...settings, name: "units", environment: "node", include: ["src/**/*.test.ts"] } },
      { test: { ...settings, name: "components", environment: "happy-dom", include: ["src/**/*.test.tsx"] } },
    ],
  },
});
