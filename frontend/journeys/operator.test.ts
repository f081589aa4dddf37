/** An operator closes an edge, sees what is short, and its holder is told; imports files with and without faults; and changes the rules. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { barriers, DESKTOP, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const PROOF_MS = 60_000;
/** The worker may be busy, and the job has its own time limit beyond the seconds it is given. */
const JOB_MS = 150_000;
const NETWORK = "/networks/gaslib-40";
const OPERATOR = `${NETWORK}/operator`;
const EMAIL = "operator@demo.test";
const FILES = join(import.meta.dirname, "../../tests/corpus/networks");
/** An exit with one pipe, in a month of which the demo has sold nothing there. */
const AUGUST = "start=2027-08-01&end=2027-09-01";

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("an edge is closed; its shortfall names the holder, and the holder is told until it is withdrawn", async () => {
  const [holder, operator] = [await visit(), await visit()];
  await signIn(holder.page, `${NETWORK}?delivery=sink_28&quantity=1000&${AUGUST}`);
  await holder.page.getByRole("button", { name: /^Book 1,000 kWh\/h/ }).click({ timeout: PROOF_MS });
  await holder.page.getByText("Booked", { exact: true }).waitFor({ timeout: PROOF_MS });

  const { page } = operator;
  await signIn(page, `${NETWORK}?edge=pipe_28`, EMAIL);
  await page.getByRole("link", { name: "Put an overlay on this edge" }).click();
  const form = region(page, "New overlay");
  await form.getByLabel("First gas day").fill("2027-08-01");
  await form.getByLabel("Last gas day").fill("2027-08-31");
  await form.getByLabel("Reason").fill("pig run");
  await form.getByText(/contracts?: .*Nordwind Energie/).waitFor({ timeout: PROOF_MS });
  assert.match(page.url(), /edge=pipe_28.*reason=pig\+run/);
  assert.deepEqual(await barriers(page), []);

  await form.getByRole("button", { name: "Put the overlay" }).click();
  await form.getByRole("link", { name: /It is put/ }).click();
  const shortfalls = region(page, "Sold beyond capacity");
  const found = shortfalls.getByRole("article").filter({ hasText: "pipe 28" }).first();
  await found.getByRole("cell", { name: "Nordwind Energie" }).first().waitFor({ timeout: PROOF_MS });
  assert.deepEqual(await barriers(page), []);

  const told = holder.page.getByRole("status").filter({ hasText: "Short of capacity" });
  await told.waitFor({ timeout: PROOF_MS });
  assert.deepEqual(await barriers(holder.page), []);
  await region(page, "Holders informed").getByText(/Nordwind Energie, informed/).waitFor({ timeout: PROOF_MS });

  await page.getByRole("navigation", { name: "Parts of the operator's screen" }).getByRole("link", { name: "Overlays" }).click();
  await page.getByRole("button", { name: /^Withdraw the overlay on pipe 28, 1.*Aug 2027$/ }).click();
  await told.waitFor({ state: "detached", timeout: PROOF_MS });
});

test("a file with faults is refused with each in its place, and one without is published", async () => {
  const { page } = await visit();
  await signIn(page, `${OPERATOR}?part=import`, EMAIL);
  const file = page.getByLabel(/GasLib/);
  const publish = page.getByRole("button", { name: "Check and publish" });
  const outcome = region(page, "Outcome");
  await file.setInputFiles(join(FILES, "dangling.m"));
  await publish.click();
  await outcome.getByText("2 faults in dangling.m. Nothing was published.").waitFor();
  const pipe = outcome.getByRole("row").filter({ hasText: "pipe 1" });
  assert.match(await pipe.innerText(), /19[\s\S]*leads to '9', which is no node[\s\S]*1 1 9 0\.5/);
  assert.deepEqual(await barriers(page), []);

  const code = `tiny-${Date.now().toString(36)}`;
  const document: unknown = JSON.parse(readFileSync(join(FILES, "small.json"), "utf8"));
  const buffer = Buffer.from(JSON.stringify({ ...(document as object), code, name: code }));
  await file.setInputFiles({ name: `${code}.json`, mimeType: "application/json", buffer });
  await publish.click();
  await outcome.getByText(`${code} is published, revision 1.`).waitFor();
  await region(page, "Networks").getByRole("row").filter({ hasText: code }).first().waitFor();
  assert.deepEqual(await barriers(page), []);
});

test("a validation is started, followed, and shown with its interval", async () => {
  const { page } = await visit();
  await signIn(page, `${OPERATOR}?part=validation&day=2027-08-15`, EMAIL);
  await page.getByLabel(/^Seconds it may take/).fill("5");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL(/job=/);
  const job = region(page, "Job");
  await job.getByText("Proved: every nomination is possible within").waitFor({ timeout: JOB_MS });
  await job.getByRole("img", { name: "By how much the rights may grow" }).waitFor();
  assert.deepEqual(await barriers(page), []);
});

test("what is wrong with a rule stands at its field", async () => {
  const { page } = await visit();
  await signIn(page, `${OPERATOR}?part=rules`, EMAIL);
  const policy = region(page, "Policy");
  await policy.getByLabel(/^A proof may take/).fill("9999");
  await policy.getByRole("button", { name: "Set the policy" }).click();
  await policy.getByRole("alert").filter({ hasText: /must be .* seconds, not 9999/ }).waitFor();
  assert.deepEqual(await barriers(page), []);
});

test("the palette leads to tariffs; index values are refused with their line, then published", async () => {
  const { page } = await visit();
  await signIn(page, NETWORK, EMAIL);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Command palette" }).waitFor();
  await page.keyboard.type("operator tariffs");
  await page.keyboard.press("Enter");
  await page.waitForURL(/operator\?part=tariffs/);
  const indices = region(page, "Index values");
  const table = indices.getByLabel(/^Values as a table/);
  const publish = indices.getByRole("button", { name: "Publish values" });
  await table.fill("index,day,value\nTTF,2027-08-01,dear");
  await publish.click();
  await indices.getByRole("alert").filter({ hasText: /line 2/ }).waitFor();
  await table.fill("index,day,value\nTTF,2027-08-01,31.25");
  await publish.click();
  await indices.getByText("Published. Charges that depend on them are corrected.").waitFor();
});

test("an operator without a network publishes one where it is told to; what is not there is said to be so", async () => {
  const { page } = await visit();
  await signIn(page, "/import", EMAIL);
  await region(page, "Publish from a file").getByRole("button", { name: "Check and publish" }).waitFor();
  assert.equal(await page.getByRole("group", { name: "What the file becomes" }).count(), 0);
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Command palette" }).waitFor();
  await page.keyboard.type("publish from");
  await page.getByRole("option", { name: /Publish from a file/ }).waitFor();
});

test("a shipper has no such tab, and is told why the address shows nothing", async () => {
  const { page } = await visit();
  await signIn(page, OPERATOR);
  await page.getByText("This is for the network's operator").waitFor();
  assert.equal(await page.getByRole("link", { name: "Operator", exact: true }).count(), 0);
  await signIn(page, "/import");
  await page.getByText("Your account may not publish a network").waitFor();
});

const PARTS = { overlays: "Overlays", shortfalls: "Sold beyond capacity", rules: "Product rules", tariffs: "Tariffs", validation: "Jobs on this network", import: "Networks", audit: "Settlement" };

for (const look of [DESKTOP, PHONE]) {
  test(`nothing keeps anybody out of a part: ${String(look.width)} wide`, async () => {
    const { page } = await visit(look);
    await signIn(page, OPERATOR, EMAIL);
    const parts = page.getByRole("navigation", { name: "Parts of the operator's screen" });
    for (const [part, name] of Object.entries(PARTS)) {
      await parts.locator(`a[href*="part=${part}"]`).click();
      await region(page, name).waitFor();
      await page.getByText("Loading").first().waitFor({ state: "detached", timeout: PROOF_MS });
      assert.deepEqual(await barriers(page), [], part);
    }
  });
}
