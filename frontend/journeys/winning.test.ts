/**
 * What becomes of the release of the market's journeys once bidding is over: both of its screens, open since, say so. It stands by itself and
 * comes last, so that nobody has to wait for the minute in which bids close.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { barriers } from "./browser.ts";
import { hear } from "./hearing.ts";
import { goOn } from "./journey.ts";
import { release } from "./market.test.ts";

const LIVE_MS = 30_000;
/** Bids close with a minute, and then the worker decides. */
const AWARD_MS = 180_000;

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("the release is won when bidding is over, and both screens say so", async () => {
  const { releasing, bidding } = release;
  assert.ok(releasing && bidding);
  goOn(releasing, bidding);
  await panel(bidding.page, "Award").getByRole("row", { name: /^You won all/ }).waitFor({ timeout: AWARD_MS });
  await hear(bidding.page, /You won all/);
  await panel(releasing.page, "Award").getByRole("row", { name: /^Alpengas Handel won all/ }).waitFor({ timeout: LIVE_MS });
  await hear(releasing.page, /Alpengas Handel won all/);
  for (const one of [bidding.page, releasing.page]) {
    await panel(one, "Trades").getByRole("row", { name: /0\.0104 600/ }).waitFor({ timeout: LIVE_MS });
    assert.deepEqual(await barriers(one), []);
  }
});
