import { labelOf } from "../../format/names";
import { texts } from "../../texts/en";
import type { OwnRoute } from "./queries";

/** "hub › sink 27" */
export const routeName = ({ receipt, delivery }: Pick<OwnRoute, "delivery" | "receipt">): string =>
  texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery));
