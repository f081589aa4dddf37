import { defineConfig } from "vitest/config";

const settings = { css: true, setupFiles: ["src/testing/setup.ts"] };

/** A document costs more than most tests: those that draw get one, and others that say so in their first line. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...settings, name: "units", environment: "node", include: ["src/**/*.test.ts"] } },
      { test: { ...settings, name: "components", environment: "happy-dom", include: ["src/**/*.test.tsx"] } },
    ],
  },
});
