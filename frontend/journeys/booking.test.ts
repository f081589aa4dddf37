/** A shipper asks for too much, sees why, takes the largest quantity, books it, and finds it in the portfolio. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const VERDICT_MS = 60_000;

test("too much is refused with its place and a way out; the way out is booked by keyboard alone", async () => {
  const { page, complaints } = await visit();
  await signIn(page, "/networks/gaslib-40?delivery=sink_27");
  await page.getByLabel(/^Quantity/).fill("60m");
  const request = page.getByRole("region", { name: "Request" });
  await request.getByText("Refused", { exact: true }).waitFor({ timeout: VERDICT_MS });
  await request.getByText("What you can do instead").waitFor();
  assert.deepEqual(await barriers(page), []);

  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
  await page.waitForURL((url) => !["60000000", null].includes(url.searchParams.get("quantity")));
  const book = request.getByRole("button", { name: /^Book [\d,]+ kWh\/h/ });
  await book.waitFor({ timeout: VERDICT_MS });
  assert.deepEqual(await barriers(page), []);

  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await request.getByText("Booked", { exact: true }).waitFor({ timeout: VERDICT_MS });
  const code = await request.getByText(/^LP-/).textContent();
  assert.ok(code);

  await page.getByRole("link", { name: "Portfolio" }).first().click();
  await page.getByRole("button", { name: code }).waitFor();
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(complaints, []);
});

test("what another shipper books shows without a reload", async () => {
  const [mine, theirs] = [await visit(), await visit()];
  await signIn(mine.page, "/networks/gaslib-40?delivery=sink_2&months=12");
  await signIn(theirs.page, "/networks/gaslib-40?delivery=sink_2&quantity=1000&start=2027-06-01&end=2027-07-01", "trader@alpengas.test");
  const route = mine.page.getByRole("region", { name: "Chosen route" });
  await route.getByRole("row").first().waitFor();
  const before = await route.innerText();
  const book = theirs.page.getByRole("button", { name: /^Book 1,000 kWh\/h/ });
  await book.click({ timeout: VERDICT_MS });
  await theirs.page.getByText("Booked", { exact: true }).waitFor({ timeout: VERDICT_MS });
  await mine.page.waitForFunction(
    (text) => document.querySelector<HTMLElement>('[aria-label="Chosen route"]')?.innerText !== text,
    before,
    { timeout: VERDICT_MS },
  );
});
