import type { Days } from "../../format/days";
import type { Address } from "./address";
import type { FreeRoute } from "../../free/free";
import type { PublishedNetwork } from "./queries";
import type { Workspace } from "./useWorkspace";

/** What the parts of the workspace are about. */
export interface Shown {
  readonly network: PublishedNetwork;
  readonly workspace: Workspace;
  readonly address: Address;
  readonly axis: Days;
  /** The chosen route, if any and known. */
  readonly free: FreeRoute | undefined;
  readonly nameOf: (code: string) => string;
}
