/** A shipper looks at the network: points, map, time, and an address that shows the same to somebody else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, open, PHONE, signIn } from "./browser.ts";
import { visit } from "./journey.ts";

const NETWORK = "/networks/gaslib-40";

test("a shared address is shown after signing in, and nothing keeps anybody out", async () => {
  const { page } = await visit();
  await open(page, "/sign-in");
  await page.getByLabel("Password").waitFor();
  assert.deepEqual(await barriers(page), []);
  await signIn(page, `${NETWORK}?show=free&delivery=sink_27&months=1`);
  await page.getByRole("region", { name: "Chosen route" }).getByRole("row").first().waitFor();
  assert.match(page.url(), /\?show=free&delivery=sink_27&months=1$/);
  assert.equal(await page.getByRole("button", { name: "Free", exact: true }).getAttribute("aria-pressed"), "true");
  assert.deepEqual(await barriers(page), []);
});

test("from the keyboard alone: a year in a field of days, a menu that keeps its keys, and one stop for all points", async () => {
  const { page, complaints } = await visit();
  await signIn(page, `${NETWORK}?delivery=sink_27&start=2027-06-01&end=2027-07-01`);
  const last = page.getByLabel(/^Last gas day/);
  await last.focus();
  // The year is the last part, whatever comes first.
  for (const key of ["ArrowRight", "ArrowRight", "2", "0", "2", "8"]) await page.keyboard.press(key);
  await page.waitForURL(/end=2028-07-01/);

  await page.getByRole("button", { name: /^Network/ }).click();
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  assert.match(page.url(), /delivery=sink_27/);

  const points = page.getByRole("region", { name: "Points" });
  await points.getByRole("button", { name: /^sink 27\b/ }).waitFor();
  await points.getByRole("button", { name: /by name/ }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.waitForURL(/receipt=source_/);
  assert.equal(await page.title(), "Network, GasLib-40, Linepack");

  await page.setViewportSize({ width: 1_000, height: 800 });
  const clipped = () => points.evaluate((list) => getComputedStyle(list.parentElement ?? list).clipPath);
  await page.getByRole("application").focus();
  assert.notEqual(await clipped(), "none");
  await points.getByRole("searchbox").focus();
  assert.equal(await clipped(), "none");
  assert.deepEqual(complaints, []);
});

test("a point chosen in the list or from the keyboard and the gas day are in the address, with what is free there", async () => {
  const { page } = await visit();
  await signIn(page, NETWORK);
  const points = page.getByRole("region", { name: "Points" });
  await points.getByText("29 exits").waitFor();
  await points.getByRole("button", { name: /^sink 27\b/ }).click();
  await page.waitForURL(/delivery=sink_27/);
  await page.getByText("Largest firm booking that fits").waitFor();
  await points.getByRole("button", { name: /^source 1\b/ }).click();
  await page.waitForURL(/receipt=source_1/);

  const slider = page.getByRole("slider", { name: "Gas day shown" });
  const before = Number(await slider.getAttribute("aria-valuenow"));
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/day=/);
  assert.equal(Number(await slider.getAttribute("aria-valuenow")), before + 1);

  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Command palette" }).waitFor();
  await page.keyboard.type("sink 12");
  await page.keyboard.press("Enter");
  await page.waitForURL(/delivery=sink_12/);
});

test("two points on the map are a path, by keyboard alone", async () => {
  const { page } = await visit();
  await signIn(page, `${NETWORK}?receipt=source_3`);
  const map = page.getByRole("application", { name: "Map of the network" });
  await map.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/receipt=source_3&delivery=sink_/);
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.search.includes("delivery"));

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Chosen route" }).getByRole("list").getByRole("button").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/edge=/);
  const edge = page.getByRole("region", { name: "Chosen edge" });
  await edge.getByRole("row", { name: /^Left for more/ }).waitFor();
  assert.ok(await edge.evaluate((section) => section === document.activeElement));
  assert.deepEqual(await barriers(page), []);
});

test("nothing keeps anybody out on a phone", async () => {
  const { page } = await visit(PHONE);
  await open(page, "/sign-in");
  await page.getByLabel("Password").waitFor();
  assert.deepEqual(await barriers(page), []);
  await signIn(page, `${NETWORK}?delivery=sink_27`);
  await page.getByRole("region", { name: "Chosen route" }).getByRole("row").first().waitFor();
  assert.deepEqual(await barriers(page), []);
});
