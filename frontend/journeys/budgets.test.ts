/** How much script the first screen loads. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const BUILT = join(import.meta.dirname, "../../platform/server/web/frontend");
const FIRST_LOAD_BYTES_MAX = 220_000;

const size = (path: string): number => gzipSync(readFileSync(join(BUILT, path))).length;

test("the network workspace loads at most 220 kB of compressed script", () => {
  const document = readFileSync(join(BUILT, "index.html"), "utf8");
  const first = [...document.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path = ""]) => path);
  const screen = readdirSync(join(BUILT, "assets")).filter((name) => /^(?:NetworkScreen)-.*\.js$/.test(name)).map((name) => `assets/${name}`);
  assert.ok(first.length > 0 && screen.length > 0);
  const bytes = [...new Set([...first, ...screen])].map(size).reduce((sum, one) => sum + one, 0);
  assert.ok(bytes <= FIRST_LOAD_BYTES_MAX, `${String(bytes)} bytes`);
});
