/** A billing clerk goes from a balance to its charge, to its working and to its proof; others see only what is theirs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import vectors from "../src/proofs/inclusion/vectors.json" with { type: "json" };
import { barriers, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const CLERK = "billing@demo.test";
const ANSWER_MS = 60_000;

const details = (page: Page) => page.getByRole("region", { name: "Details" });
const proof = (page: Page) => page.getByRole("region", { name: "Proof" });

/** From the table of balances to the first charge behind one of them; return the address that shows it. */
async function followABalance(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Table" }).click();
  const balance = page.getByRole("button", { name: /^Nordwind Energie, reservation, / }).first();
  await balance.click();
  const charge = page.getByRole("region", { name: "Charges" }).getByRole("button", { name: /^\d+\.\d+$/ }).first();
  await charge.click();
  await details(page).getByText("How the amount comes about, as posted").waitFor();
  return page.url();
}

test("a billing clerk follows a charge to its working and its proof", async () => {
  const { page } = await visit();
  await signIn(page, "/settlement", CLERK);
  await page.getByRole("region", { name: "Charges" }).getByRole("row").nth(1).waitFor();
  assert.deepEqual(await barriers(page), []);

  const address = new URL(await followABalance(page));
  assert.equal(address.searchParams.get("party"), "NORDWIND");
  assert.match(address.searchParams.get("month") ?? "", /^\d{4}-\d{2}-01$/);
  const working = details(page).getByRole("table", { name: /^How the amount/ });
  const owed = await working.getByRole("row").last().innerText();
  const last = await working.getByRole("row").nth(-2).innerText();
  const digits = (text: string) => text.replaceAll(/[^\d.]/g, "");
  assert.ok(digits(last).endsWith(digits(owed)), `${last} leads to ${owed}`);
  assert.deepEqual(await barriers(page), []);

  await details(page).getByRole("button", { name: "Check the proof" }).click();
  await proof(page).getByText("Proved: this charge is in the log").waitFor({ timeout: ANSWER_MS });
  await proof(page).getByText("by the key that this platform states:").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("proof"), "checked");
  assert.deepEqual(await barriers(page), []);

  const stated = (await proof(page).getByText(/^\S+\+[0-9a-f]{8}\+\S+$/).first().textContent()) ?? "";
  const field = proof(page).getByLabel("Verifier key from the operator");
  await field.fill(vectors.otherKey);
  await field.press("Enter");
  await proof(page).getByText("Not proved").waitFor();
  assert.deepEqual(await barriers(page), []);
  await field.fill("a key");
  await field.press("Enter");
  await proof(page).getByText(/^The verifier key cannot be read/).waitFor();
  await field.fill(stated);
  await field.press("Enter");
  await proof(page).getByText("by the key you entered:").waitFor();
  await proof(page).getByText("Proved: this charge is in the log").waitFor();

  await page.getByRole("button", { name: /^Transparency log/ }).click();
  await details(page).getByText(/^This browser keeps the checkpoint|^Unchanged|^Only grown/).waitFor({ timeout: ANSWER_MS });
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: /^Parked/ }).click();
  await details(page).getByText("Nothing is parked").waitFor();
  assert.deepEqual(await barriers(page), []);
});

test("an address shows a colleague the same proof, and another shipper nothing", async () => {
  const { page } = await visit();
  await signIn(page, "/settlement", CLERK);
  const address = new URL(await followABalance(page));
  address.searchParams.set("proof", "checked");
  const shared = address.href;

  const regulator = await visit(PHONE);
  await signIn(regulator.page, shared, "regulator@demo.test");
  await proof(regulator.page).getByText("Proved: this charge is in the log").waitFor({ timeout: ANSWER_MS });
  assert.deepEqual(await barriers(regulator.page), []);

  const rival = await visit();
  await signIn(rival.page, shared, "trader@alpengas.test");
  await details(rival.page).getByText("There is no such charge").waitFor({ timeout: ANSWER_MS });
  assert.deepEqual(await barriers(rival.page), []);

  const administrator = await visit();
  await signIn(administrator.page, shared, "accounts@nordwind.test");
  await administrator.page.getByText("Your account may not read charges").waitFor();
});

test("what is booked is charged on the screen without a reload", async () => {
  const { page } = await visit();
  await signIn(page, "/settlement", CLERK);
  const newest = page.getByRole("region", { name: "Charges" }).getByRole("button", { name: /^\d+\.\d+$/ }).first();
  const before = await newest.innerText();

  const shipper = await visit();
  await signIn(shipper.page, "/networks/gaslib-40?delivery=sink_3&quantity=1000&start=2027-07-01&end=2027-08-01", "trader@ostsee.test");
  await shipper.page.getByRole("button", { name: /^Book 1,000 kWh\/h/ }).click({ timeout: ANSWER_MS });
  await shipper.page.getByText("Booked", { exact: true }).waitFor({ timeout: ANSWER_MS });
  await page.waitForFunction(
    (text) => document.querySelector<HTMLElement>('[aria-label="Charges"] tbody button')?.innerText !== text,
    before,
    { timeout: ANSWER_MS },
  );
});
