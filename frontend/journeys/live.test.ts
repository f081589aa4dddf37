/** What happens while a connection is lost is neither missed nor told twice, and no page is loaded anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, WebSocketRoute } from "playwright-core";
import { book, list } from "./api.ts";
import { barriers, delay, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const LIVE_MS = 30_000;
const SHIPPER = "trader@ostsee.test";
const POINT = "sink_4";
/** The close codes of a server that starts anew, and of one that takes nobody. */
const RESTART = 1012;
const TRY_LATER = 1013;

/** What came, by kind of event and subscription: the places in the stream, in their order. */
type Followed = Map<string, string[]>;

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: { readonly data?: Record<string, { readonly cursor?: string }> };
}

function note(followed: Followed, text: Buffer | string): void {
  const { id = "", type, payload } = JSON.parse(text.toString()) as Message;
  if (type !== "next") return;
  for (const [field, { cursor }] of Object.entries(payload?.data ?? {})) {
    if (cursor !== undefined) followed.set(`${field} ${id}`, [...(followed.get(`${field} ${id}`) ?? []), cursor]);
  }
}

const ofField = (followed: Followed, field: string): string[] =>
  [...followed].flatMap(([key, cursors]) => (key.startsWith(`${field} `) ? cursors : []));

/** A page whose sockets can be cut and kept from opening again, or fall silent without being closed. */
async function cuttable(page: Page) {
  const open: [socket: WebSocketRoute, server: WebSocketRoute][] = [];
  const followed: Followed = new Map();
  let [isDown, isSilent] = [false, false];
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (isDown) {
      void socket.close({ code: TRY_LATER });
      return;
    }
    const server = socket.connectToServer();
    open.push([socket, server]);
    server.onMessage((text) => {
      if (isSilent) return;
      note(followed, text);
      socket.send(text);
    });
  });
  const cut = async () => {
    isDown = true;
    for (const [socket, server] of open.splice(0)) await Promise.all([socket.close({ code: RESTART }), server.close()]);
  };
  return { followed, cut, silence: () => { isSilent = true; }, restore: () => { isDown = isSilent = false; } };
}

/** What comes over the sockets of a page that nothing disturbs. */
function followedBy(page: Page): Followed {
  const followed: Followed = new Map();
  page.on("websocket", (socket) => { socket.on("framereceived", ({ payload }) => { note(followed, payload); }); });
  return followed;
}

/** The row of a listing, told from others by its quantity. */
const listing = (page: Page, quantity: number) =>
  page.getByRole("region", { name: "Listings", exact: true }).getByRole("row").filter({ has: page.getByRole("cell", { name: String(quantity), exact: true }) });
const shows = (page: Page, quantity: number) => listing(page, quantity).waitFor({ timeout: LIVE_MS });
const said = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text });

test("a lost connection is said, and gone on with where it was: nothing is missed, nothing comes twice", async (t) => {
  const [disturbed, whole] = [await visit(), await visit()];
  const { page } = disturbed;
  const line = await cuttable(page);
  const all = followedBy(whole.page);
  await page.clock.install();
  const others = page.waitForResponse(/\/assets\/PortfolioScreen-.*\.js$/);
  let loads = 0;
  for (const one of [page, whole.page]) {
    await signIn(one, `/networks/gaslib-40/market?show=listings&delivery=${POINT}`, SHIPPER);
    await said(one, "Events arrive").waitFor({ state: "attached" });
  }
  page.on("load", () => { loads += 1; });
  await others;
  const holding = await book("trader@rheinland.test", POINT);
  // As few units as no other listing, of an earlier run either, is likely to have.
  const least = 101 + Math.floor(400 * Math.random());
  t.diagnostic(`a listing is seen ${String(await delay(list(holding, least), shows(page, least)))} ms after its answer`);
  await shows(whole.page, least);

  await line.cut();
  await said(page, "Connection lost at").waitFor();
  assert.deepEqual(await barriers(page), []);
  const before = ofField(all, "marketEvents").length;
  const shown = await listing(page, least + 3).count();
  for (const more of [1, 2, 3]) await list(holding, least + more);
  await shows(whole.page, least + 3);
  assert.equal(await listing(page, least + 3).count(), shown);
  line.restore();
  for (const more of [1, 2, 3]) await shows(page, least + more);
  await said(page, "Events arrive").waitFor({ state: "attached", timeout: LIVE_MS });

  const came = new Set(ofField(line.followed, "marketEvents"));
  const meanwhile = ofField(all, "marketEvents").slice(before);
  assert.ok(meanwhile.length >= 3);
  assert.deepEqual(meanwhile.filter((cursor) => !came.has(cursor)), []);
  for (const [stream, cursors] of line.followed) assert.equal(new Set(cursors).size, cursors.length, `${stream}: ${cursors.join(" ")}`);

  // A socket that falls silent is tried after 20 seconds, and given up 5 later.
  line.silence();
  await list(holding, least + 4);
  await page.clock.fastForward("00:21");
  await page.clock.fastForward("00:06");
  await said(page, "Connection lost at").waitFor();
  line.restore();
  await shows(page, least + 4);

  disturbed.expected.push(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await said(page, "This device is offline since").waitFor();
  await list(holding, least + 5);
  await shows(whole.page, least + 5);
  await page.getByRole("link", { name: "Portfolio" }).first().click();
  await page.getByText("The platform cannot be reached").waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "By point" }).waitFor({ timeout: LIVE_MS });
  await page.goBack();
  await shows(page, least + 5);
  await said(page, "This device is offline since").waitFor({ state: "detached" });
  assert.equal(loads, 0);
});
