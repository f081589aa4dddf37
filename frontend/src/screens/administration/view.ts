/** What each view of the administration screen is given. */
import type { Session } from "../../api/session";
import type { Address } from "./address";

export interface ViewProps {
  readonly address: Address;
  /** Who is signed in. */
  readonly viewer: Session["viewer"];
  readonly onGo: (change: Partial<Address>) => void;
}
