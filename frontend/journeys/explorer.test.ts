/** The API is explored in the session of an open tab, under the content policy of the page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, enter } from "./browser.ts";
import { visit } from "./journey.ts";

test("GraphiQL answers in the session of the tab that opened it, with the schema at hand", async () => {
  const { page } = await visit();
  await enter(page, "/account", "trader@nordwind.test");
  await page.getByRole("button", { name: /^Account of/ }).click();
  const opened = page.context().waitForEvent("page");
  await page.getByRole("menuitem", { name: "API explorer" }).click();
  const explorer = await opened;
  await explorer.getByRole("button", { name: /^Execute/ }).click();
  await explorer.locator(".result-window").getByText('"code": "gaslib-40"').waitFor();
  await explorer.getByRole("button", { name: /Documentation Explorer/ }).first().click();
  await explorer.getByText("Root Types").waitFor();
  // GraphiQL puts the button that closes a tab into the tab.
  assert.deepEqual((await barriers(explorer)).filter((barrier) => !/nested-interactive: <li[^|]*graphiql-tab[^|]*$/.test(barrier)), []);
});

test("without a session people sign in on the page itself, and a shared operation is there", async () => {
  const { page } = await visit();
  const query = "{ viewer { party { code } } }";
  await enter(page, `/graphql/explorer#${new URLSearchParams({ query }).toString()}`, "trader@alpengas.test");
  await page.getByRole("button", { name: /^Execute/ }).click();
  await page.locator(".result-window").getByText("ALPENGAS").waitFor();
});
