/** What the command palette offers. */
import { EXPLORER_URL } from "../../api/place";
import { session } from "../../api/session";
import { labelOf } from "../../format/names";
import type { Quantity } from "../../format/amounts";
import type { Address } from "../../screens/network/address";
import { VIEWS } from "../../screens/network/address";
import type { PortfolioAddress } from "../../screens/portfolio/address";
import { GROUPS } from "../../screens/portfolio/address";
import type { Part } from "../../screens/operator/address";
import { PARTS } from "../../screens/operator/address";
import { availabilityTexts } from "../../texts/availability";
import { texts } from "../../texts/en";
import { operatorTexts } from "../../texts/operator";
import { settlementTexts } from "../../texts/settlement";
import type { Theme } from "../../theme/theme";
import type { ListedNetwork } from "../queries";
import { SCREENS } from "../ScreenTabs";
import type { FoundContract, FoundParty } from "./queries";

export type Act =
  /** Of what the network screen shows already, if it does, all is kept that is not said. */
  | { readonly kind: "go"; readonly network: string; readonly search: Address; readonly isKept?: boolean }
  | { readonly kind: "screen"; readonly network: string; readonly to: (typeof SCREENS)[number]["to"] }
  | { readonly kind: "operator"; readonly network: string; readonly part: Part }
  | { readonly kind: "need"; readonly network: string; readonly need: Quantity }
  | { readonly kind: "matrix"; readonly network: string }
  | { readonly kind: "portfolio"; readonly network: string; readonly search: PortfolioAddress }
  | { readonly kind: "settlement"; readonly show: "log" | "parked" | undefined }
  | { readonly kind: "buy"; readonly network: string }
  | { readonly kind: "offer"; readonly href: string }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "explore" }
  | { readonly kind: "open"; readonly to: "/account" | "/administration" | "/import" }
  | { readonly kind: "print" }
  | { readonly kind: "sign out" }
  | { readonly kind: "theme" };

export interface Command {
  readonly kind: keyof typeof texts.palette.kinds;
  readonly name: string;
  readonly act: Act;
}

/** What is searched. */
export interface Searched {
  readonly networks: readonly ListedNetwork[];
  readonly network: ListedNetwork | undefined;
  readonly contracts: readonly FoundContract[];
  readonly parties: readonly FoundParty[];
  readonly isOperator: boolean;
}

export function commandsOf({ networks, network, contracts, parties, isOperator }: Searched, theme: Theme): Command[] {
  return [
    ...(network === undefined ? [] : [...pointCommands(network), ...screenCommands(network.code), ...contractCommands(network.code, contracts)]),
    ...(network === undefined ? [] : [buyCommand(network)]),
    ...(network === undefined || !isOperator ? [] : operatorCommands(network)),
    ...networks.map((one): Command => ({ kind: "network", name: labelOf(one), act: { kind: "go", network: one.code, search: {} } })),
    ...parties.map(({ code, name }): Command => ({ kind: "party", name: texts.palette.party(name, code), act: { kind: "copy", text: code } })),
    { kind: "action", name: texts.palette.print, act: { kind: "print" } },
    { kind: "screen", name: texts.account.title, act: { kind: "open", to: "/account" } },
    { kind: "screen", name: texts.administration.title, act: { kind: "open", to: "/administration" } },
    ...(EXPLORER_URL === undefined ? [] : [{ kind: "screen", name: texts.explorer.title, act: { kind: "explore" } } as const]),
    ...(mayDo("OPERATE") ? [{ kind: "screen", name: operatorTexts.imports.title, act: { kind: "open", to: "/import" } } as const] : []),
    ...(mayDo("SETTLE") ? SETTLEMENT : []),
    { kind: "action", name: texts.shell.theme[theme], act: { kind: "theme" } },
    { kind: "action", name: texts.shell.signOut, act: { kind: "sign out" } },
  ];
}

const mayDo = (scope: "OPERATE" | "SETTLE"): boolean => session.get()?.viewer.scopes.includes(scope) === true;

const buyCommand = ({ code }: ListedNetwork): Command => ({ kind: "action", name: texts.palette.buy, act: { kind: "buy", network: code } });

const operatorCommands = ({ code }: ListedNetwork): Command[] =>
  PARTS.map((part) => ({ kind: "screen", name: `${texts.screens.operator}: ${operatorTexts.parts[part]}`, act: { kind: "operator", network: code, part } }));

const SETTLEMENT: readonly Command[] = [
  { kind: "screen", name: texts.screens.settlement, act: { kind: "settlement", show: undefined } },
  { kind: "screen", name: settlementTexts.log.title, act: { kind: "settlement", show: "log" } },
  { kind: "screen", name: settlementTexts.parked.title, act: { kind: "settlement", show: "parked" } },
];

function pointCommands(network: ListedNetwork): Command[] {
  return network.nodes.flatMap((node): Command[] => {
    const go = (search: Address): Act => ({ kind: "go", network: network.code, search });
    const entry: Command = { kind: "entry", name: labelOf(node), act: go({ receipt: node.code }) };
    const exit: Command = { kind: "exit", name: labelOf(node), act: go({ delivery: node.code }) };
    switch (node.role) {
      case "ENTRY":
        return [entry];
      case "EXIT":
        return [exit];
      case "INTERCONNECTION":
      case "STORAGE":
        return [entry, exit];
      default:
        return [];
    }
  });
}

const screenCommands = (network: string): Command[] => [
  ...SCREENS.map(({ to, text }): Command => ({ kind: "screen", name: text, act: { kind: "screen", network, to } })),
  { kind: "screen", name: `${texts.screens.availability}: ${availabilityTexts.views.matrix}`, act: { kind: "matrix", network } },
  ...VIEWS.map((show): Command => ({ kind: "view", name: texts.views[show], act: { kind: "go", network, search: { show }, isKept: true } })),
  ...GROUPS.map((by): Command => ({ kind: "rights", name: texts.portfolio.groups[by], act: { kind: "portfolio", network, search: { by } } })),
];

const contractCommands = (network: string, contracts: readonly FoundContract[]): Command[] =>
  contracts.map(({ code, routes }): Command => ({
    kind: "contract",
    name: texts.palette.contract(code, routes.map(({ route }) => routeOf(route)).join(", ")),
    act: { kind: "portfolio", network, search: { contract: code } },
  }));

const routeOf = ({ receipt, delivery }: FoundContract["routes"][number]["route"]): string =>
  texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery));

const SHOWN_MAX = 12;
/** What may precede the name of a screen or a point. */
const LEADING = /^(?:go to|go|open|show)\s+/;

/** Commands with every word of a text in their name or kind, those that begin with it first. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const said = text.toLowerCase().trim().replace(LEADING, "");
  const words = said.split(/\s+/).filter((word) => word !== "");
  const found = commands.filter(({ kind, name }) => {
    const searched = `${name} ${texts.palette.kinds[kind]}`.toLowerCase();
    return words.every((word) => searched.includes(word) || searched.includes(word.replaceAll("_", " ")));
  });
  const begins = ({ name }: Command): number => (name.toLowerCase().startsWith(said) ? 0 : 1);
  return found.sort((one, other) => begins(one) - begins(other)).slice(0, SHOWN_MAX);
}
