/** What all journeys of a process share: one browser. What a test opened in it is closed after the test, and must have complained of nothing. */
import assert from "node:assert/strict";
import { after, afterEach } from "node:test";
import type { Browser } from "playwright-core";
import type { Look, Visit } from "./browser.ts";
import { openBrowser, visit as visitIn } from "./browser.ts";
import { listen } from "./hearing.ts";

let browser: Promise<Browser> | undefined;
const opened = new Set<Visit>();

afterEach(async () => {
  const over = [...opened];
  opened.clear();
  // A page that nobody looks at any more would still follow all that happens.
  await Promise.all(over.map(({ page }) => page.context().close()));
  const complaints = over.flatMap((one) => one.complaints.filter((text) => !one.expected.some((pattern) => pattern.test(text))));
  assert.deepEqual(complaints, [], "the console complained");
});
after(async () => { await (await browser)?.close(); });

/** A page of a person of its own. */
export async function visit(look?: Look): Promise<Visit> {
  browser ??= openBrowser();
  const visited = await visitIn(await browser, look);
  await visited.page.context().addInitScript(listen);
  opened.add(visited);
  return visited;
}

/** Leave pages open for a later test. */
export function keepOpen(...visits: readonly Visit[]): void {
  for (const one of visits) opened.delete(one);
}

/** Go on with pages that an earlier test left open: they are closed after this one. */
export function goOn(...visits: readonly Visit[]): void {
  for (const one of visits) opened.add(one);
}
