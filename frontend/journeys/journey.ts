/** What all journeys of a process share: one browser. What a test opened in it is closed after the test. */
import { after, afterEach } from "node:test";
import type { Browser, BrowserContext } from "playwright-core";
import type { Look, Visit } from "./browser.ts";
import { openBrowser, visit as visitIn } from "./browser.ts";

let browser: Promise<Browser> | undefined;
const opened = new Set<BrowserContext>();

afterEach(async () => {
  // A page that nobody looks at any more would still follow all that happens.
  await Promise.all(Array.from(opened, (context) => context.close()));
  opened.clear();
});
after(async () => { await (await browser)?.close(); });

/** A page of a person of its own. */
export async function visit(look?: Look): Promise<Visit> {
  browser ??= openBrowser();
  const visited = await visitIn(await browser, look);
  opened.add(visited.page.context());
  return visited;
}

/** Leave pages open for a later test. */
export function keepOpen(...visits: readonly Visit[]): void {
  for (const { page } of visits) opened.delete(page.context());
}
