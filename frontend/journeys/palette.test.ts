/** A shipper says in a sentence what it wants, sees what will happen, and is there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const NETWORK = "/networks/gaslib-40";
const VERDICT_MS = 60_000;

async function opened(address = NETWORK) {
  const visited = await visit();
  await signIn(visited.page, address);
  const say = async (text: string) => {
    await visited.page.keyboard.press("Control+k");
    await visited.page.getByRole("combobox").fill(text);
  };
  return { ...visited, say };
}

test("a sentence becomes a request, which is checked and not booked", async () => {
  const { page, say } = await opened();
  await say("book 1000 sink_2 june 2027");
  await page.getByRole("option", { name: /^Ask for 1,000 kWh\/h firm: hub › sink 2, 1\D+30 June? 2027/ }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => {
    const asked = Object.fromEntries(url.searchParams);
    return asked.delivery === "sink_2" && asked.quantity === "1000" && asked.start === "2027-06-01" && asked.end === "2027-07-01";
  });
  const request = page.getByRole("region", { name: "Request" });
  await request.getByText(/^(?:Possible|Refused)$/).waitFor({ timeout: VERDICT_MS });
  assert.equal(await request.getByText("Booked", { exact: true }).count(), 0);
});

test("what is free, a gas day and a need are addresses too; what is chosen stays, and what is not understood is said", async () => {
  const { page, say } = await opened();
  await say("free sink 27 2027");
  await page.keyboard.press("Enter");
  await page.waitForURL(/delivery=sink_27/);
  assert.equal(new URL(page.url()).searchParams.get("from"), "2027-01-01");
  await say("go to 2027-10-01");
  await page.keyboard.press("Enter");
  await page.waitForURL(/day=2027-10-01/);
  assert.equal(new URL(page.url()).searchParams.get("delivery"), "sink_27");
  await say("need 1.4 GWh/h");
  await page.keyboard.press("Enter");
  await page.waitForURL(/availability\?need=1400000$/);
  await page.getByText(/points may have it on every gas day shown$/).waitFor({ timeout: VERDICT_MS });
  assert.deepEqual(await barriers(page), []);

  await say("book 1000 sink_99 october");
  await page.getByText("“sink_99” is not understood").waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("combobox").fill("book");
  await page.getByText("Say a point, a quantity and gas days").waitFor();
});

test("what is typed while the palette is still on its way is kept, and done", async () => {
  const { page } = await visit();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => { release = resolve; });
  await page.route(/\/assets\/Palette-[^/]*\.js$/, async (route) => {
    await released;
    await route.continue();
  });
  await signIn(page, NETWORK);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Command palette" }).waitFor();
  await page.keyboard.type("free sink 2");
  release();
  const field = page.getByRole("combobox");
  await field.waitFor();
  await page.keyboard.type("7 2027");
  assert.equal(await field.inputValue(), "free sink 27 2027");
  await page.keyboard.press("Enter");
  await page.waitForURL(/delivery=sink_27/);
});

test("a contract is found by the end of its code, a party by its name, a screen by two keys", async () => {
  const { page, say } = await opened(`${NETWORK}/portfolio`);
  const code = await page.getByRole("region", { name: "Contracts", exact: true }).getByRole("button").nth(1).innerText();
  await say(`contract ${code.slice(-4)}`);
  await page.getByRole("option", { name: `Show ${code}` }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("contract") === code);
  await say("alpengas");
  await page.getByRole("option", { name: /Alpengas Handel \(ALPENGAS\)/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.waitForURL(/\/availability/);
});
