/** Accounts from the first sign-in on: invited, with a second factor, in several places, disabled; and the keys of machines. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { post } from "./api.ts";
import { barriers, DESKTOP, enter, open, PASSWORD, PHONE } from "./browser.ts";
import { visit } from "./journey.ts";

const ADMINISTRATOR = "accounts@nordwind.test";
const FORGED = "Bearer forged";
const OWN_PASSWORD = "a password of my own 2027";

interface Invited {
  readonly email: string;
  readonly initialPassword: string;
}

let invitations = 0;

async function invite(page: Page): Promise<Invited> {
  invitations += 1;
  const email = `person-${String(Date.now())}-${String(invitations)}@nordwind.test`;
  await page.getByRole("button", { name: "Invite a person" }).first().click();
  const form = page.getByRole("form", { name: "Invite a person" });
  await form.getByLabel("Name").fill("Pat Person");
  await form.getByLabel("E-mail address").fill(email);
  await form.getByLabel("shipper").check();
  await form.getByRole("button", { name: "Invite a person" }).click();
  const secret = page.getByRole("region", { name: "Initial password" });
  const initialPassword = await secret.locator("pre").innerText();
  assert.deepEqual(await barriers(page), []);
  await secret.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("region", { name: "Person" }).getByText("initial password until").waitFor();
  return { email, initialPassword };
}

/** Sign in with the initial password, and replace it. */
async function enterFirst(page: Page, address: string, { email, initialPassword }: Invited): Promise<void> {
  await enter(page, address, email, initialPassword);
  await page.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel("New password, again").fill(OWN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });

test("a person is invited, signs in with a password of their own, and is kept out again", async () => {
  const [administrator, person] = [await visit(), await visit()];
  await enter(administrator.page, "/administration", ADMINISTRATOR);
  await administrator.page.getByRole("table").waitFor();
  assert.deepEqual(await barriers(administrator.page), []);
  const invited = await invite(administrator.page);
  assert.match(administrator.page.url(), /chosen=/);

  await enter(person.page, "/account", invited.email, invited.initialPassword);
  await person.page.getByText("Choose your own").waitFor();
  assert.deepEqual(await barriers(person.page), []);
  await enterFirst(person.page, "/account", invited);
  await heading(person.page, "Where you are signed in").waitFor();

  await enter(administrator.page, administrator.page.url(), ADMINISTRATOR);
  const panel = administrator.page.getByRole("region", { name: "Person" });
  await panel.getByText("enabled", { exact: true }).waitFor();
  await panel.locator("summary", { hasText: "Disable" }).click();
  await panel.getByRole("button", { name: "Disable" }).click();
  await panel.getByText("disabled since").waitFor();
  assert.deepEqual(await barriers(administrator.page), []);
  await person.page.getByText("Your session has ended").waitFor();

  await panel.getByRole("button", { name: "Changes", exact: true }).click();
  const changes = administrator.page.getByRole("region", { name: "Changes" });
  for (const change of ["Account disabled", "Password changed", "Account added"]) await changes.getByRole("row", { name: change }).first().waitFor();
  assert.deepEqual(await barriers(administrator.page), []);
});

test("a key is created, rotated and revoked; its text is shown once and counts at once", async () => {
  const { page } = await visit();
  await enter(page, "/administration?view=keys", "trader@nordwind.test");
  await page.getByRole("button", { name: "Create a key" }).click();
  const form = page.getByRole("form", { name: "Create a key" });
  const name = `machine ${String(Date.now())}`;
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Create a key" }).click();
  const secret = page.getByRole("region", { name: /^Text of/ });
  const created = await secret.locator("pre").innerText();
  assert.equal(await statusOf(created), 200);
  assert.deepEqual(await barriers(page), []);
  await secret.getByRole("button", { name: "I have kept it" }).click();
  await secret.waitFor({ state: "detached" });

  const panel = page.getByRole("region", { name: "API key", exact: true });
  await panel.locator("summary", { hasText: "Rotate" }).click();
  await panel.getByLabel("Days for which both are valid").fill("0");
  await panel.getByRole("button", { name: "Rotate" }).click();
  const rotated = await secret.locator("pre").innerText();
  assert.deepEqual([await statusOf(created), await statusOf(rotated)], [401, 200]);
  assert.deepEqual(await barriers(page), []);

  await panel.locator("summary", { hasText: "Revoke" }).click();
  await panel.getByRole("button", { name: "Revoke" }).click();
  await panel.getByText(/^revoked/).waitFor();
  assert.equal(await statusOf(rotated), 401);
});

const statusOf = async (key: string): Promise<number> => (await post(key, "{ viewer { roles } }")).status;

test("a second factor is enrolled, asked for, and replaced by a recovery code", async () => {
  const [administrator, person] = [await visit(), await visit()];
  await enter(administrator.page, "/administration", ADMINISTRATOR);
  const invited = await invite(administrator.page);
  await enterFirst(person.page, "/account", invited);
  const { page } = person;
  const factor = page.getByRole("region", { name: "Second factor" });
  await factor.getByLabel("Password").fill(OWN_PASSWORD);
  await factor.getByRole("button", { name: "Add a second factor" }).click();
  await factor.getByRole("img", { name: /^QR code/ }).waitFor();
  assert.deepEqual(await barriers(page), []);
  const uri = new URL(await factor.getByRole("link").innerText());
  await factor.getByLabel("Code that the program shows").fill(codeOf(uri.searchParams.get("secret") ?? ""));
  await factor.getByRole("button", { name: "Put in force" }).click();
  const [recovery = ""] = (await factor.locator("pre").innerText()).split("\n");
  assert.deepEqual(await barriers(page), []);
  await factor.getByRole("button", { name: "I have kept it" }).click();
  await factor.getByText("10 recovery codes are left").waitFor();

  await page.getByRole("button", { name: "End all" }).click();
  await enter(page, "/account", invited.email, OWN_PASSWORD);
  await page.getByLabel("Code of your second factor").fill(recovery);
  await page.getByRole("button", { name: "Sign in" }).click();
  await factor.getByText("9 recovery codes are left").waitFor();
});

/** The code of now, RFC 6238. */
function codeOf(secret: string): string {
  const bits = Array.from(secret, (letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

test("a session goes on after a sleep past the end of its token, and past a token that is refused", async () => {
  const { page, expected } = await visit();
  await page.clock.install();
  const tokens = new Set<string>();
  page.on("request", (request) => {
    const { authorization = FORGED } = request.headers();
    if (authorization !== FORGED) tokens.add(authorization);
  });
  await enter(page, "/account", "trader@nordwind.test");
  await heading(page, "Where you are signed in").waitFor();
  assert.equal(tokens.size, 1);
  await page.clock.fastForward("20:00");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Administration" }).click();
  await page.getByRole("region", { name: "API keys" }).getByRole("status").first().waitFor();
  assert.equal(tokens.size, 2);

  await page.route("**/graphql", (route) => route.continue({ headers: { ...route.request().headers(), authorization: FORGED } }), { times: 1 });
  expected.push(/status of 401/);
  const refused = page.waitForResponse((response) => response.status() === 401);
  const known = new Set<string | undefined>([...tokens, FORGED, undefined]);
  const repeated = page.waitForRequest((request) => request.url().endsWith("/graphql") && !known.has(request.headers().authorization));
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "My account" }).click();
  await refused;
  assert.equal((await (await repeated).response())?.status(), 200);
  await heading(page, "Where you are signed in").waitFor();
});

test("a session is ended from another place", async () => {
  const [here, there] = [await visit(), await visit()];
  await enter(there.page, "/account", "trader@harz.test");
  await heading(there.page, "Where you are signed in").waitFor();
  await enter(here.page, "/account", "trader@harz.test");
  await here.page.getByText("this one", { exact: true }).waitFor();
  assert.deepEqual(await barriers(here.page), []);
  const others = here.page.getByRole("button", { name: /^End the session/ });
  while ((await others.count()) > 0) {
    const count = await others.count();
    await others.first().click();
    await here.page.waitForFunction(
      (least) => document.querySelectorAll('button[aria-label^="End the session"]').length < least,
      count,
    );
  }
  await there.page.getByText("Your session has ended").waitFor();
});

test("wrong passwords make one wait, and the wait is counted down", async () => {
  const { page } = await visit();
  await page.clock.install();
  await open(page, "/sign-in");
  await page.getByLabel("E-mail address").fill(`nobody-${String(Date.now())}@nordwind.test`);
  await page.getByLabel("Password").fill(`not ${PASSWORD}`);
  const submit = page.getByRole("button", { name: "Sign in" });
  const timer = page.getByRole("timer");
  // A wait of a second is over before one has looked; each wrong password doubles it.
  for (let attempt = 0; attempt < 20 && !(await hasLongWait(timer)); attempt += 1) {
    const answered = page.waitForResponse("**/graphql");
    await submit.click();
    await answered;
    await page.waitForTimeout(100);
  }
  assert.equal(await hasLongWait(timer), true);
  assert.equal(await submit.isDisabled(), true);
  assert.deepEqual(await barriers(page), []);
  await page.clock.fastForward("02:00");
  await timer.waitFor({ state: "detached" });
  assert.equal(await submit.isDisabled(), false);
});

const hasLongWait = async (timer: Locator): Promise<boolean> =>
  (await timer.count()) > 0 && /^Another attempt is possible in (?:[3-9]|\d\d) seconds/.test(await timer.innerText());

for (const look of [DESKTOP, PHONE]) {
  test(`nothing keeps anybody out of administration: ${String(look.width)} wide`, async () => {
    const { page } = await visit(look);
    await enter(page, "/administration", "admin@demo.test");
    await page.getByRole("button", { name: "Nordwind Energie" }).first().click();
    for (const view of ["People", "Parties", "Changes", "API keys"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      await page.getByRole("region", { name: view }).getByRole("status").first().waitFor();
      assert.deepEqual(await barriers(page), [], view);
    }
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "My account" }).click();
    await heading(page, "Where you are signed in").waitFor();
    assert.deepEqual(await barriers(page), []);
  });
}
