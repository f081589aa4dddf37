/** What every panel of the market is given. */
import type { Address, Go } from "./address";
import type { MarketNetwork, OwnContract } from "./queries";
import type { Caller } from "./useMarket";

export interface Shown {
  readonly network: MarketNetwork;
  readonly caller: Caller;
  readonly contracts: readonly OwnContract[] | undefined;
  readonly address: Address;
  readonly onGo: Go;
  /** Choose an offer, or nothing, in place of what is chosen. */
  readonly onChoose: (chosen: Partial<Address>) => void;
  /** Announce what was done. */
  readonly onSay: (text: string) => void;
}
