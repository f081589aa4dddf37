/** A shipper books, opens the proof of the booking, and sees it checked in the browser, with and without a connection. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { barriers, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const VERDICT_MS = 60_000;
const CHECK_MS = 20_000;
/** The address of a proof. */
let shared: string | undefined;

test("the proof of a booking is checked again in the browser, and its documents can be taken away", async () => {
  const { page, expected } = await visit();
  await signIn(page, "/networks/gaslib-40?delivery=sink_2&quantity=1000&start=2027-06-01&end=2027-07-01");
  const request = page.getByRole("region", { name: "Request" });
  await request.getByRole("button", { name: /^Book 1,000 kWh\/h/ }).click({ timeout: VERDICT_MS });
  await request.getByText("Booked", { exact: true }).waitFor({ timeout: VERDICT_MS });
  const code = await request.getByText(/^LP-/).textContent();
  assert.ok(code);

  await page.getByRole("link", { name: "Portfolio" }).first().click();
  await page.getByRole("button", { name: code }).click();
  await page.getByRole("link", { name: "Check the proof" }).click();
  await page.getByRole("heading", { name: `Proof of ${code}` }).waitFor();
  await page.getByText("Checked", { exact: true }).waitFor({ timeout: CHECK_MS });
  await page.getByText("A proof over all cuts").first().waitFor();
  await page.getByText("A state of flows and pressures").first().waitFor();
  await page.getByText(/^Law of pipes/).first().waitFor();
  const said = await page.getByText(/were checked in this browser in \d+ ms/).textContent();
  assert.ok(Number(/in (\d+) ms/.exec(said ?? "")?.[1]) < 1_000, said ?? "");
  assert.deepEqual(await barriers(page), []);
  shared = page.url();

  await page.context().setOffline(true);
  expected.push(/ERR_INTERNET_DISCONNECTED/);
  await page.getByRole("button", { name: "Check again" }).click();
  await page.getByText("Checked 2 times in this browser.").waitFor({ timeout: CHECK_MS });
  await page.getByText("Checked", { exact: true }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the certificates" }).click(),
  ]);
  const document = JSON.parse(readFileSync(await file.path(), "utf8")) as { schema: string };
  assert.equal(document.schema, "linepack.proof/1");
});

test("its address shows the proof to a colleague, on a phone", async () => {
  assert.ok(shared);
  const { page } = await visit(PHONE);
  await signIn(page, shared);
  await page.getByText("Checked", { exact: true }).waitFor({ timeout: CHECK_MS });
  assert.equal(page.url(), shared);
  assert.deepEqual(await barriers(page), []);
});
