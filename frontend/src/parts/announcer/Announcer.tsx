import { useStore } from "../../api/store";
import { announcement } from "./announce";

/** The region that screen readers follow; it is on the page before anything is said. */
export function Announcer() {
  return <p className="hidden" role="status">{useStore(announcement)}</p>;
}
