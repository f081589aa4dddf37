/** Shippers trade with each other: a release is bid for by keyboard alone, a listing is taken, and both see it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type { Visit } from "./browser.ts";
import { barriers, signIn } from "./browser.ts";
import { hear } from "./hearing.ts";
import { keepOpen, visit } from "./journey.ts";

const PROOF_MS = 60_000;
const LIVE_MS = 30_000;
const MINUTE_MS = 60_000;
const BIDDING_MS = 60_000;
const ZONE = "Europe/Berlin";

/** Book a month at a point, and go to what can be offered of it. */
async function book(page: Page, point: string, email?: string): Promise<void> {
  await signIn(page, `/networks/gaslib-40?delivery=${point}&quantity=1000&start=2027-06-01&end=2027-07-01`, email);
  await page.getByRole("button", { name: /^Book 1,000 kWh\/h/ }).click({ timeout: PROOF_MS });
  await page.getByText("Booked", { exact: true }).waitFor({ timeout: PROOF_MS });
  await page.getByRole("link", { name: "Market" }).first().click();
  await page.getByRole("button", { name: /^Offer/ }).waitFor();
  await page.getByRole("region", { name: "Trades" }).waitFor();
  await page.keyboard.press("o");
  await page.getByRole("region", { name: "Offer capacity" }).getByText("What can be offered of it").waitFor();
}

/** The first whole minute in which there is time to bid, as a field for date and time holds it by the network's clock. */
function closing(): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short", timeStyle: "short" });
  return format.format(new Date(Date.now() + BIDDING_MS + MINUTE_MS)).replace(" ", "T");
}

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Who released and who bid: `winning.test.ts` sees how it was decided, once the minute has come in which bids close. */
export const release: { releasing?: Visit; bidding?: Visit } = {};

test("a release is bid for by screen reader alone, then by keyboard alone, and both screens say so", async () => {
  const [releasing, bidding] = [await visit(), await visit()];
  await signIn(bidding.page, "/networks/gaslib-40/market?show=releases", "trader@alpengas.test");
  await bidding.page.getByRole("heading", { name: /^Releases/ }).waitFor();
  const before = await panel(bidding.page, "Releases").getByRole("link").count();

  await book(releasing.page, "sink_2");
  const offer = panel(releasing.page, "Offer capacity");
  await offer.getByRole("button", { name: "Release", exact: true }).click();
  await offer.getByLabel(/^Quantity/).fill("600");
  await offer.getByLabel(/^Lowest rate/).fill("0.002");
  await offer.getByLabel("Best by").selectOption("NET_REVENUE");
  await offer.getByLabel(/^Bids close/).fill(closing());
  assert.deepEqual(await barriers(releasing.page), []);
  await offer.getByRole("button", { name: /^Release 600 kWh\/h/ }).click();
  const own = panel(releasing.page, "Release");
  await own.getByText("No bid that meets your minimums stands").waitFor();
  assert.deepEqual(await barriers(releasing.page), []);

  const { page } = bidding;
  await page.waitForFunction(
    (count) => document.querySelectorAll('section[aria-label="Releases"] a').length > count, before, { timeout: LIVE_MS },
  );
  // By screen reader alone: by roles and names, and by what is said.
  await panel(page, "Releases").getByRole("link", { name: "hub › sink 2" }).first().press("Enter");
  const seen = panel(page, "Release");
  await seen.getByText("600 kWh/h").first().waitFor();
  await seen.getByText("Nordwind Energie").waitFor();
  await seen.getByRole("textbox", { name: /^Rate/ }).fill("0.001");
  await hear(page, /Cannot win/);
  assert.deepEqual(await barriers(page), []);
  await seen.getByRole("textbox", { name: /^Rate/ }).fill("0.0095");
  await hear(page, /Can win €/);
  await seen.getByRole("button", { name: /^Bid for 600 kWh\/h at/ }).press("Enter");
  await hear(page, /Your bid is placed/);
  await hear(releasing.page, /A bid that meets your minimums stands/);

  // By keyboard alone.
  await page.keyboard.press("Enter");
  await page.keyboard.type("0.0104");
  await seen.getByText("Can win").waitFor();
  await seen.getByText("€187.20").first().waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await seen.getByRole("row", { name: /^You 600 0\.0104 €187\.20/ }).waitFor();
  assert.deepEqual(await barriers(page), []);

  await own.getByText("A bid that meets your minimums stands").waitFor({ timeout: LIVE_MS });
  assert.equal(await own.getByRole("button", { name: "Withdraw the release" }).count(), 0);
  keepOpen(releasing, bidding);
  Object.assign(release, { releasing, bidding });
});

test("a listing is taken by keyboard alone, a part of it, and its seller sees what is left", async () => {
  const [selling, buying] = [await visit(), await visit()];
  await signIn(buying.page, "/networks/gaslib-40/market?show=listings&delivery=sink_3", "trader@ostsee.test");
  await book(selling.page, "sink_3");
  const offer = panel(selling.page, "Offer capacity");
  await offer.getByLabel(/^Quantity/).fill("500");
  await offer.getByLabel(/^Price/).fill("0.0075");
  await offer.getByRole("button", { name: /^List 500 kWh\/h/ }).click();
  const own = panel(selling.page, "Listing");
  await own.getByText("500 kWh/h").first().waitFor();

  const { page } = buying;
  const link = panel(page, "Listings").getByRole("link", { name: "hub › sink 3" });
  await link.waitFor({ timeout: LIVE_MS });
  await page.keyboard.press("j");
  const listing = panel(page, "Listing");
  await listing.getByRole("button", { name: /^Take 500 kWh\/h/ }).waitFor();
  await listing.getByText("You owe this to the seller").waitFor();
  assert.deepEqual(await barriers(page), []);
  await listing.getByLabel(/^Quantity/).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("900");
  await listing.getByRole("button", { name: "Take 500 kWh/h, all that is left" }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("200");
  await listing.getByText("You owe this to the seller").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await listing.getByText(/from Nordwind Energie/).waitFor();
  assert.match(await listing.getByRole("link", { name: /^LP-/ }).innerText(), /^LP-/);

  await own.getByText("300 kWh/h").first().waitFor({ timeout: LIVE_MS });
  await own.getByRole("button", { name: "Withdraw the listing" }).click();
  await own.getByRole("button", { name: "Withdraw the listing" }).click();
  await selling.page.getByText("The listing is withdrawn.").waitFor();
  await link.waitFor({ state: "detached", timeout: LIVE_MS });
});

test("a call to buy is answered from a contract, and the order accepted", async () => {
  const [buying, selling] = [await visit(), await visit()];
  await book(selling.page, "sink_5", "trader@donau.test");
  await signIn(buying.page, "/networks/gaslib-40/market?buy=yes&delivery=sink_5&quantity=400&from=2027-06-01&to=2027-07-01&price=0.02");
  await buying.page.getByRole("button", { name: /^Call to buy 400 kWh\/h/ }).click();
  const call = panel(buying.page, "Call for orders");
  await call.getByText("No order was placed yet").waitFor();
  assert.deepEqual(await barriers(buying.page), []);

  const { page } = selling;
  await panel(page, "Calls for orders").getByRole("link", { name: "hub › sink 5" }).first().click();
  const answer = panel(page, "Call for orders");
  await answer.getByLabel(/^Price/).fill("0.019");
  assert.deepEqual(await barriers(page), []);
  await answer.getByRole("button", { name: /^Order: sell 400 kWh\/h at 0\.0190/ }).click();
  await page.getByText("The order is placed.").waitFor();

  await call.getByRole("button", { name: "Accept 400 kWh/h" }).click({ timeout: LIVE_MS });
  await call.getByText("Buy 400 kWh/h at 0.0190").first().waitFor();
  assert.deepEqual(await barriers(buying.page), []);
  await call.getByRole("button", { name: "Accept 400 kWh/h" }).click();
  await buying.page.getByText("the trade is concluded").waitFor();
  await answer.getByText("accepted").first().waitFor({ timeout: LIVE_MS });
});

test("a path is bid for in a clearing, and the bid withdrawn", async () => {
  const { page } = await visit();
  await signIn(page, "/networks/gaslib-40/market?show=clearings");
  await panel(page, "Clearings").getByRole("link").first().click();
  const clearing = panel(page, "Network clearing");
  await clearing.getByText("Operator sells at").waitFor();
  await clearing.getByLabel("Entry").selectOption({ index: 2 });
  await clearing.getByLabel("Exit").selectOption({ index: 7 });
  await clearing.getByLabel(/^Quantity/).fill("2345");
  await clearing.getByLabel(/^Pay at most/).fill("0.0091");
  assert.deepEqual(await barriers(page), []);
  await clearing.getByRole("button", { name: /^Bid for 2,345 kWh\/h at 0\.0091/ }).click();
  await page.getByRole("main").getByText("Your bid is placed.").waitFor();
  const row = clearing.getByRole("row", { name: /2,345 0\.0091/ });
  await row.getByText("placed").waitFor();
  assert.deepEqual(await barriers(page), []);
  await clearing.getByRole("rowgroup").filter({ has: page.getByRole("row", { name: /2,345 0\.0091/ }) }).getByRole("button", { name: "Withdraw" }).click();
  await clearing.getByRole("group", { name: /^Withdraw 2,345 kWh\/h/ }).getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("main").getByText("It is withdrawn.").waitFor();
  await row.getByText("withdrawn").waitFor();
  assert.deepEqual(await barriers(page), []);
});
