/** A seller who looks at something else is told that a listing was taken, and again after coming back. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ask, tokenOf } from "./api.ts";
import { barriers, enter } from "./browser.ts";
import { visit } from "./journey.ts";

const SHIPPERS = ["nordwind", "alpengas", "ostsee", "rheinland", "donau", "harz"].map((code) => `trader@${code}.test`);

interface Own {
  readonly ownListings: { readonly edges: readonly { readonly node: { readonly id: string; readonly minimumQuantity: number } }[] };
}

interface Taken {
  readonly takeListing: { readonly __typename: string; readonly message?: string };
}

/** Who offers what: the first open listing of the demo. */
async function offered(): Promise<{ seller: string; listingId: string; quantity: number }> {
  for (const seller of SHIPPERS) {
    const { ownListings } = await ask<Own>(await tokenOf(seller), "{ ownListings(state: OPEN, first: 1) { edges { node { id minimumQuantity } } } }");
    const node = ownListings.edges[0]?.node;
    if (node !== undefined) return { seller, listingId: node.id, quantity: node.minimumQuantity };
  }
  throw new Error("the demo has no open listing");
}

async function take(buyer: string, listingId: string, quantity: number): Promise<void> {
  const { takeListing } = await ask<Taken>(
    await tokenOf(buyer),
    "mutation Take($input: TakeListingInput!) { takeListing(input: $input) { __typename ... on Problem { message } } }",
    { input: { listingId, quantity, idempotencyKey: randomUUID() } },
  );
  assert.deepEqual(takeListing, { __typename: "TakeListingPayload" });
}

test("a trade is told at once, and is no longer new once it was looked at", async () => {
  const { seller, listingId, quantity } = await offered();
  const buyer = SHIPPERS.find((one) => one !== seller) ?? "";
  const { page } = await visit();
  await enter(page, "/account", seller);
  const bell = page.getByRole("button", { name: /^What happened/ });
  await page.getByRole("button", { name: "What happened, nothing new" }).waitFor();
  await page.waitForTimeout(1_000); // until the streams are followed
  await take(buyer, listingId, quantity);
  await page.getByRole("button", { name: "What happened, 1 new" }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await bell.click();
  await page.getByRole("menuitem", { name: /bought capacity of yours/ }).click();
  await page.waitForURL(/\/portfolio\?contract=/);
  await page.getByRole("button", { name: "What happened, nothing new" }).waitFor();

  await page.goto("about:blank");
  await take(buyer, listingId, quantity);
  await enter(page, "/account", seller);
  await page.getByRole("button", { name: "What happened, 1 new" }).waitFor();
});
