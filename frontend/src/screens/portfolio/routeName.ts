import { labelOf } from "../../format/names";
import { texts } from "../../texts/en";
import type { OwnContract } from "./queries";

/** "hub › sink 27" */
export const routeName = ({ receipt, delivery }: OwnContract["routes"][number]["route"]): string =>
  texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery));
