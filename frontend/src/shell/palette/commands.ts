/** What the command palette offers. */
import { session } from "../../api/session";
import { labelOf } from "../../format/names";
import { texts } from "../../texts/en";
import type { Theme } from "../../theme/theme";
import type { ListedNetwork } from "../queries";

interface Search {
  readonly receipt?: string;
  readonly delivery?: string;
}

type Act =
  | { readonly kind: "go"; readonly network: string; readonly search: Search }
  | { readonly kind: "settlement"; readonly show: "log" | "parked" | undefined }
  | { readonly kind: "sign out" }
  | { readonly kind: "theme" };

export interface Command {
  readonly kind: keyof typeof texts.palette.kinds;
  readonly name: string;
  readonly act: Act;
}

export function commandsOf(networks: readonly ListedNetwork[], network: ListedNetwork | undefined, theme: Theme): Command[] {
  return [
    ...(network === undefined ? [] : pointCommands(network)),
    ...networks.map((one): Command => ({ kind: "network", name: labelOf(one), act: { kind: "go", network: one.code, search: {} } })),
    ...(session.get()?.viewer.scopes.includes("SETTLE") === true ? SETTLEMENT : []),
    { kind: "action", name: texts.shell.theme[theme], act: { kind: "theme" } },
    { kind: "action", name: texts.shell.signOut, act: { kind: "sign out" } },
  ];
}

const SETTLEMENT: readonly Command[] = [
  { kind: "screen", name: texts.screens.settlement, act: { kind: "settlement", show: undefined } },
  { kind: "screen", name: texts.settlement.log.title, act: { kind: "settlement", show: "log" } },
  { kind: "screen", name: texts.settlement.parked.title, act: { kind: "settlement", show: "parked" } },
];

function pointCommands(network: ListedNetwork): Command[] {
  return network.nodes.flatMap((node): Command[] => {
    const go = (search: Search): Act => ({ kind: "go", network: network.code, search });
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

const SHOWN_MAX = 12;

/** Commands with every word of a text in their name or kind, those that begin with it first. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = commands.filter(({ kind, name }) => {
    const searched = `${name} ${texts.palette.kinds[kind]}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const begins = ({ name }: Command): number => (name.toLowerCase().startsWith(text.toLowerCase().trim()) ? 0 : 1);
  return found.sort((one, other) => begins(one) - begins(other)).slice(0, SHOWN_MAX);
}
