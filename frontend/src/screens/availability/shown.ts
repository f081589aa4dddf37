import type { GasDay } from "../../format/days";
import type { ListedNetwork } from "../../shell/queries";
import type { Address, Go } from "./address";

/** What both views of the availability screen are about. */
export interface Shown {
  readonly network: ListedNetwork;
  readonly address: Address;
  readonly today: GasDay;
  readonly nameOf: (code: string) => string;
  readonly onGo: Go;
}
