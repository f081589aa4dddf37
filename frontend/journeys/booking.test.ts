/** A shipper asks for too much, sees why, takes the largest quantity, books it, and finds it in the portfolio. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, delay, signIn, untilChanged } from "./browser.ts";
import { hear } from "./hearing.ts";
import { visit } from "./journey.ts";

const VERDICT_MS = 60_000;

test("too much is refused with its place and a way out; the way out is booked by keyboard alone", async () => {
  const { page } = await visit();
  await signIn(page, "/networks/gaslib-40?delivery=sink_27");
  await page.getByLabel(/^Quantity/).fill("60m");
  const request = page.getByRole("region", { name: "Request" });
  await request.getByText("Refused", { exact: true }).waitFor({ timeout: VERDICT_MS });
  await request.getByText("What you can do instead").waitFor();
  await hear(page, /Refused .* (?:is|are) full/);
  assert.deepEqual(await barriers(page), []);

  // Each edge of the cut leads to itself on the map and back.
  await request.getByTitle("Show it on the map and in full").first().press("Enter");
  await page.waitForURL(/edge=/);
  await page.getByRole("region", { name: "Chosen edge" }).getByRole("table", { name: /^Over time/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.searchParams.has("edge") && url.searchParams.get("quantity") === "60000000");
  await request.getByText("Refused", { exact: true }).waitFor({ timeout: VERDICT_MS });

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
});

test("a booking by screen reader alone, whose effect another shipper sees at once", async (t) => {
  const [mine, theirs] = [await visit(), await visit()];
  await signIn(mine.page, "/networks/gaslib-40?delivery=sink_2&months=12");
  const route = mine.page.getByRole("region", { name: "Chosen route" });
  await route.getByRole("row").first().waitFor();
  const before = await route.innerText();

  const { page } = theirs;
  await signIn(page, "/networks/gaslib-40?start=2027-06-01&end=2027-07-01", "trader@alpengas.test");
  await page.getByRole("region", { name: "Points" }).getByRole("button", { name: /^sink 2\b/ }).press("Enter");
  const request = page.getByRole("region", { name: "Request", exact: true });
  await request.getByRole("textbox", { name: "Quantity, kWh/h" }).fill("1000");
  await hear(page, /Possible €[\d,.]+ 1,000 kWh\/h firm, 1\D+30 Jun/, VERDICT_MS);
  const asked = page.waitForResponse((response) => response.request().postData()?.includes("mutation Book(") === true);
  const seen = untilChanged(mine.page, "Chosen route", before, VERDICT_MS);
  await request.getByRole("button", { name: /^Book 1,000 kWh\/h/ }).press("Enter");
  t.diagnostic(`a booking is seen ${String(await delay(asked, seen))} ms after its answer`);
  await hear(page, /Booked LP-/);
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /^BookedLP-/);
});
