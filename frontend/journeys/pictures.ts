/** Takes pictures of the screens of a running demo: node journeys/pictures.ts FOLDER */
import { join } from "node:path";
import { DESKTOP, enter, openBrowser, PHONE, visit } from "./browser.ts";

const [folder = "."] = process.argv.slice(2);
const SETTLE_MS = 2_500;
const NETWORK = "/networks/gaslib-40";

const SCREENS = {
  network: NETWORK,
  edge: `${NETWORK}?edge=pipe_5&months=12`,
  free: `${NETWORK}?show=free&delivery=sink_27`,
  pressure: `${NETWORK}?show=pressure&months=1&receipt=source_1`,
  refused: `${NETWORK}?delivery=sink_27&quantity=60000000`,
  possible: `${NETWORK}?delivery=sink_27&quantity=10000`,
  availability: `${NETWORK}/availability?need=1400000`,
  matrix: `${NETWORK}/availability?view=matrix&need=1000000`,
  portfolio: `${NETWORK}/portfolio`,
  positions: `${NETWORK}/portfolio?by=point&months=3`,
  credit: `${NETWORK}/portfolio?show=credit`,
  market: `${NETWORK}/market`,
  call: `${NETWORK}/market?buy=yes&delivery=sink_1`,
  account: "/account",
  keys: "/administration",
  settlement: "/settlement?proof=checked",
};

const wanted = process.argv.slice(3);
const browser = await openBrowser();
for (const look of [DESKTOP, { ...DESKTOP, theme: "light" as const }, PHONE, { ...PHONE, theme: "dark" as const }]) {
  for (const [name, address] of Object.entries(SCREENS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { page, complaints } = await visit(browser, look);
    await enter(page, address, "trader@nordwind.test");
    await page.waitForTimeout(name === "refused" ? 3 * SETTLE_MS : SETTLE_MS);
    await page.screenshot({ path: join(folder, `${name}-${look.theme}-${String(look.width)}.png`) });
    for (const complaint of complaints) process.stderr.write(`${name}: ${complaint}\n`);
    await page.context().close();
  }
}
await browser.close();
