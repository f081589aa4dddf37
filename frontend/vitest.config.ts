import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { css: true, environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/testing/setup.ts"] },
});
