/** The clearings of a network in the order in which they are listed. */
import type { Clearing } from "../queries";

/** Those that are open come first, the soonest to close at the top; then the others, the last to close at the top. */
export function inOrder(clearings: readonly Clearing[]): Clearing[] {
  const open = clearings.filter(({ state }) => state === "OPEN").sort((one, other) => one.closesAt.localeCompare(other.closesAt));
  const over = clearings.filter(({ state }) => state !== "OPEN").sort((one, other) => other.closesAt.localeCompare(one.closesAt));
  return [...open, ...over];
}
