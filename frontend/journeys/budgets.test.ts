/** How much script the first screen loads. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const BUILT = join(import.meta.dirname, "../../platform/server/web/frontend");
const FIRST_LOAD_BYTES_MAX = 220_000;

const read = (name: string): string => readFileSync(join(BUILT, "assets", name), "utf8");

/** The files named, and those that they import before they run. */
function withImports(names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found) { // what is added is visited too
    for (const [, imported = ""] of read(name).matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) found.add(imported);
  }
  return found;
}

test("the network workspace loads at most 220 kB of compressed script", () => {
  const document = readFileSync(join(BUILT, "index.html"), "utf8");
  const first = [...document.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.js)"/g)].map(([, name = ""]) => name);
  const screen = readdirSync(join(BUILT, "assets")).filter((name) => /^NetworkScreen-.*\.js$/.test(name));
  assert.ok(first.length > 0 && screen.length === 1);
  const loaded = withImports([...first, ...screen]);
  assert.ok(loaded.size > first.length + screen.length, "the screen imports what it shares with others");
  const bytes = [...loaded].map((name) => gzipSync(read(name)).length).reduce((sum, one) => sum + one, 0);
  assert.ok(bytes <= FIRST_LOAD_BYTES_MAX, `${String(bytes)} bytes`);
});
