/** A shipper looks at what it holds: a contract as a network, who has a part of it, who uses its point, and offers the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Booked } from "./api.ts";
import { bookAndSellOn } from "./api.ts";
import { barriers, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const SELLER = "trader@nordwind.test";
const PORTFOLIO = "/networks/gaslib-40/portfolio";
const PROVED_MS = 60_000;

let sold: Promise<Booked> | undefined;
/** The contract that all of this is about. */
const booking = (): Promise<Booked> => sold ??= bookAndSellOn(SELLER, "trader@alpengas.test");

test("a contract shows its network and price, who bought a part, and what is free; it is offered from there", async () => {
  const { page } = await visit();
  const booked = await booking();
  await signIn(page, `${PORTFOLIO}?contract=${booked.code}`, SELLER);
  const contract = page.getByRole("region", { name: "Contract", exact: true });
  await contract.getByRole("heading", { name: booked.code }).waitFor();
  const network = contract.getByRole("region", { name: /^The contract as a network/ });
  await network.getByText("Band 1: 0 – 3,000 kWh/h").waitFor();
  await network.getByText("times the factor of the month").waitFor();

  const lineage = contract.getByRole("region", { name: /^Lineage/ });
  const row = lineage.getByRole("row").filter({ hasText: "Alpengas" });
  await row.waitFor();
  assert.match(await row.innerText(), /assignment[\s\S]*400/);
  const free = contract.getByRole("table").filter({ hasText: "What can be offered of it" });
  assert.match(await free.innerText(), /3,000\s+400\s+600\s+2,000/);
  await contract.getByText(/^Listing, assignment/).waitFor();
  await contract.getByText(/No shortfall touches it|more is sold firm than can be transported|Not proved in time/).first().waitFor({ timeout: PROVED_MS });
  assert.deepEqual(await barriers(page), []);

  await page.keyboard.press("r");
  await page.waitForURL((url) => url.pathname.endsWith("/networks/gaslib-40/market") && url.search === `?offer=${booked.code}&as=release`);
});

test("rights are grouped, contracts gone through by keys, and the address says so", async () => {
  const { page } = await visit();
  await signIn(page, PORTFOLIO, SELLER);
  const contracts = page.getByRole("region", { name: "Contracts", exact: true });
  await contracts.getByRole("row").nth(2).waitFor();
  await page.keyboard.press("j");
  await page.waitForURL(/contract=LP-/);
  const second = new URL(page.url()).searchParams.get("contract");
  await page.keyboard.press("k");
  await page.waitForURL((url) => url.searchParams.get("contract") !== second);
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.searchParams.has("contract"));

  for (const group of ["By point", "By firmness"]) {
    await page.getByRole("button", { name: group }).click();
    await page.getByRole("region", { name: "Positions" }).getByRole("columnheader", { name: "= free" }).waitFor();
    assert.deepEqual(await barriers(page), []);
  }
  assert.match(page.url(), /by=firmness/);
});

test("credit is a waterfall, and the same as a table", async () => {
  const { page } = await visit();
  const booked = await booking();
  await signIn(page, `${PORTFOLIO}?show=credit`, SELLER);
  const credit = page.getByRole("region", { name: "Credit", exact: true });
  await page.getByRole("img", { name: /^How the limit GUARANTEE is used/ }).waitFor();
  await credit.getByRole("row").filter({ hasText: booked.code }).getByText("charge").waitFor();
  await credit.getByRole("row").filter({ hasText: "= left" }).waitFor();
  await credit.getByRole("button", { name: booked.code }).press("Enter");
  await page.waitForURL((url) => url.searchParams.get("contract") === booked.code);
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: "Rights", exact: true }).click();
  await page.waitForURL((url) => !url.searchParams.has("show"));
});

test("a point says who uses it, and leads to one's own contract", async () => {
  const { page } = await visit();
  const booked = await booking();
  await signIn(page, `/networks/gaslib-40?delivery=${booked.delivery}&months=12`, SELLER);
  const use = page.getByRole("region", { name: /^Who uses/ });
  await use.locator("summary").first().waitFor();
  const link = use.getByRole("link", { name: booked.code }).first();
  await use.locator("details").evaluateAll((stretches: HTMLDetailsElement[]) => { for (const stretch of stretches) stretch.open = true; });
  await link.waitFor();
  assert.deepEqual(await barriers(page), []);
  await link.click();
  await page.waitForURL((url) => url.pathname.endsWith("/portfolio") && url.searchParams.get("contract") === booked.code);
});

test("an edge says who uses it, and the operator sees all by name", async () => {
  const { page } = await visit();
  await signIn(page, "/networks/gaslib-40?edge=pipe_5", "operator@demo.test");
  const use = page.getByRole("region", { name: /^Who uses pipe 5/ });
  await use.getByRole("row").filter({ hasText: /LP-/ }).first().waitFor();
  assert.equal(await use.getByRole("link").count(), 0);
  assert.deepEqual(await barriers(page), []);
});

test("on paper the map is drawn, black on white, without controls", async () => {
  const { page } = await visit();
  await signIn(page, "/networks/gaslib-40?delivery=sink_27", SELLER);
  await page.getByRole("region", { name: "Chosen route" }).getByRole("row").first().waitFor();
  await page.emulateMedia({ media: "print" });
  await page.getByRole("application").locator("svg [data-edge]").first().waitFor({ state: "attached" });
  assert.equal(await page.locator("canvas").isVisible(), false);
  assert.equal(await page.getByRole("navigation", { name: "Screens" }).first().isVisible(), false);
  const colours = await page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return [backgroundColor, color];
  });
  assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  await page.emulateMedia({ media: "screen" });
  await page.locator("canvas").waitFor();
});

test("the portfolio keeps nobody out on a phone", async () => {
  const { page } = await visit(PHONE);
  const booked = await booking();
  await signIn(page, `${PORTFOLIO}?contract=${booked.code}`, SELLER);
  await page.getByRole("region", { name: /^Lineage/ }).getByText("Alpengas").first().waitFor();
  assert.deepEqual(await barriers(page), []);
});
