/** A shipper compares paths: filters them, has some proved, goes to one from the keyboard, and saves them as a file. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ask, BOOK, monthAfter, tokenOf } from "./api.ts";
import { barriers, DESKTOP, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const AVAILABILITY = "/networks/gaslib-40/availability";
const PROVED_MS = 60_000;
const DAYS = { start: monthAfter(9), end: monthAfter(10) };
const OF_THOSE_DAYS = `view=matrix&start=${DAYS.start}&end=${DAYS.end}`;

const gridOf = (page: Page) => page.getByRole("grid", { name: /^Free firm capacity from entries to exits/ });

test("paths are found by filters and keys, and one leads to its request, all of it in the address", async () => {
  const { page } = await visit();
  await signIn(page, AVAILABILITY);
  await page.getByRole("button", { name: "Matrix" }).click();
  const grid = gridOf(page);
  await grid.getByRole("gridcell").first().waitFor();
  assert.deepEqual([await grid.getAttribute("aria-rowcount"), await grid.getAttribute("aria-colcount")], ["30", "4"]);
  assert.deepEqual(await barriers(page), []);

  await page.getByLabel("Filter exits").fill("sink 2");
  await page.getByLabel("I need").fill("1000");
  await page.waitForURL(({ searchParams }) => searchParams.get("exit") === "sink 2" && searchParams.get("need") === "1000");
  await grid.getByRole("columnheader", { name: "source 2" }).getByRole("button").click();
  await page.waitForURL(/by=source_2/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const shown = await page.evaluate(() => document.activeElement?.querySelector(".hidden")?.textContent);
  assert.match(shown ?? "", /^source 3 › sink 2\d*: .*[\d,]+ kWh\/h.*€[\d.]+ for one kWh\/h/);
  const address = page.url();

  await page.keyboard.press("Enter");
  await page.waitForURL(/gaslib-40\?receipt=source_3&delivery=sink_2\d*&quantity=1000&start=[\d-]+&end=[\d-]+$/);
  await page.getByRole("region", { name: "Request" }).waitFor();
  assert.equal(await page.getByLabel(/^Quantity/).inputValue(), "1,000");

  const other = await visit({ ...DESKTOP, theme: "light" });
  await signIn(other.page, address);
  await gridOf(other.page).getByRole("columnheader", { name: "source 2" }).and(other.page.locator("[aria-sort=descending]")).waitFor();
  assert.equal(await other.page.getByLabel("Filter exits").inputValue(), "sink 2");
});

test("paths are proved where one asks, are no longer once another shipper has booked, and are saved exactly", async () => {
  const { page } = await visit();
  await signIn(page, `${AVAILABILITY}?${OF_THOSE_DAYS}&exit=sink_27`);
  const cell = gridOf(page).getByRole("link", { name: /^source 1 › sink 27:/ });
  await cell.waitFor();
  const prove = page.getByRole("button", { name: /^Prove \d+$/ });
  if (await prove.isVisible()) await prove.click();
  const proved = gridOf(page).getByRole("link", { name: /^source 1 › sink 27: [\d,]+ kWh\/h firm\. Proved/ });
  await proved.waitFor({ timeout: PROVED_MS });
  const [, quantity = ""] = /([\d,]+) kWh/.exec((await proved.textContent()) ?? "") ?? [];
  assert.deepEqual(await barriers(page), []);

  const [saved] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("e")]);
  assert.match(saved.suggestedFilename(), /^availability-gaslib-40-[\d-]+\.csv$/);
  const lines = (await readFile(await saved.path(), "utf8")).split("\r\n");
  assert.match(lines[0] ?? "", /^\uFEFFentry,entry name,exit,exit name,.*\(kWh\/h\),.*\(kWh\/h\),.*\(EUR per kWh\/h\)$/);
  assert.equal(lines.length, 5);
  const [entry, , exit, , first, , exact, , level, price] = lines[1]?.split(",") ?? [];
  assert.deepEqual([entry, exit, first, exact, level], ["source_1", "sink_27", DAYS.start, quantity.replaceAll(",", ""), "HYDRAULIC"]);
  assert.match(price ?? "", /^\d+\.\d+$/);

  const { bookCapacity } = await ask<{ bookCapacity: { message?: string } }>(await tokenOf("trader@alpengas.test"), BOOK, {
    input: { network: "gaslib-40", receipt: "source_1", delivery: "sink_27", ...DAYS, quantity: 1_000, idempotencyKey: `matrix ${crypto.randomUUID()}` },
  });
  assert.equal(bookCapacity.message, undefined);
  await cell.getByText(`${quantity} kWh/h firm`).waitFor({ state: "detached", timeout: PROVED_MS });
  await cell.waitFor();
});

test("what cannot be shown says why, and what to do", async () => {
  const { page } = await visit();
  await signIn(page, `${AVAILABILITY}?view=matrix&exit=nowhere`);
  await page.getByText("No path is like that").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await gridOf(page).waitFor();
  await page.getByLabel("First gas day").fill("2020-01-01");
  await page.getByLabel("Last gas day").fill("2020-01-31");
  await page.getByText("These gas days are no longer on sale").waitFor();
  assert.deepEqual(await barriers(page), []);
});

test("the matrix fits a phone, and nothing keeps anybody out", async () => {
  const { page } = await visit(PHONE);
  await signIn(page, `${AVAILABILITY}?${OF_THOSE_DAYS}&rows=entries`);
  const grid = gridOf(page);
  await grid.getByRole("gridcell").first().waitFor();
  assert.deepEqual([await grid.getAttribute("aria-rowcount"), await grid.getAttribute("aria-colcount")], ["4", "30"]);
  await grid.getByRole("gridcell").first().getByRole("link").focus();
  await page.keyboard.press("End");
  const last = await page.evaluate(() => document.activeElement?.getBoundingClientRect().right ?? Infinity);
  assert.ok(last <= PHONE.width, `the last column ends at ${String(last)}`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  assert.deepEqual(await barriers(page), []);
});
