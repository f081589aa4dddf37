import type { GasDay } from "../../format/days";
import { labelOf } from "../../format/names";
import { texts } from "../../texts/en";
import { operatorTexts } from "../../texts/operator";
import type { OperatorAddress } from "./address";
import type { Option } from "./common/Fields";
import type { OperatedNetwork } from "./queries";

/** What the parts of the screen are about. */
export interface Shown {
  readonly network: OperatedNetwork;
  readonly address: OperatorAddress;
  readonly today: GasDay;
  /** Change the address; a step replaces what is in the browser's history. */
  readonly onGo: (change: Partial<OperatorAddress>, isStep?: boolean) => void;
}

type Named = Parameters<typeof labelOf>[0];

/** "pipe 5, source 1 to sink 27", by name. */
export const edgeOptions = ({ edges }: OperatedNetwork): Option<string>[] =>
  edges.map((edge) => ({ value: edge.code, text: operatorTexts.edgeName(labelOf(edge), labelOf(edge.tail), labelOf(edge.head)) })).sort(byText);

/** The points where gas may be handed over to the network, or taken from it. */
export function pointOptions({ nodes }: OperatedNetwork, end: "delivery" | "receipt"): Option<string>[] {
  const may = nodes.filter(({ mayEnter, mayExit }) => (end === "receipt" ? mayEnter : mayExit));
  return may.map((node) => ({ value: node.code, text: labelOf(node) })).sort(byText);
}

const ORDER = new Intl.Collator("en", { numeric: true });

const byText = (one: Option<string>, other: Option<string>): number => ORDER.compare(one.text, other.text);

interface Ends {
  readonly receipt: Named | null;
  readonly delivery: Named | null;
}

/** "hub › sink 27" */
export const routeName = ({ receipt, delivery }: Ends): string =>
  texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery));
