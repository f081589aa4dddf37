import { expect, it } from "vitest";
import { titleOf } from "./useTitle";

it.each([
  ["/networks/$network/portfolio", "GasLib 40", "Portfolio, GasLib 40, Linepack"],
  ["/networks/$network", undefined, "Network, Linepack"],
  ["/settlement", "GasLib 40", "Settlement, Linepack"],
  [undefined, undefined, "Linepack"],
])("the title at %s of %s is %s", (path, network, title) => {
  expect(titleOf(path, network)).toBe(title);
});
