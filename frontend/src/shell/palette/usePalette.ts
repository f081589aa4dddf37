/** What the palette finds for a text: what a sentence asks for, then commands whose names have its words. */
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { platformNow } from "../../api/clock";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { useSettled } from "../../api/useSettled";
import { gasDayAt } from "../../format/days";
import type { Address } from "../../screens/network/address";
import { readAddress } from "../../screens/network/address";
import { theme } from "../../theme/theme";
import type { ListedNetwork } from "../queries";
import { useRuns } from "../useRuns";
import type { Command } from "./commands";
import { commandsOf, matching } from "./commands";
import { PaletteContractsDocument, PalettePartiesDocument } from "./queries";
import { readSentence } from "./sentences/sentence";
import { problemText, sentenceCommand } from "./sentences/sentenceCommands";

export interface Found {
  readonly commands: readonly Command[];
  /** Why a sentence that has begun is not understood. */
  readonly problem: string | undefined;
  /** What the network screen shows now. */
  readonly shown: Address;
}

const SENTENCES_MAX = 6;
const SETTLE_MS = 200;
/** Letters that a search for parties needs. */
const PARTY_MIN = 3;
const PARTY_NAME = /^[\p{L}\s.&-]+$/u;

export function usePalette(isOpen: boolean, text: string, networks: readonly ListedNetwork[], network: ListedNetwork | undefined): Found {
  const search = useSearch({ strict: false });
  const shade = useStore(theme);
  const hasParty = useStore(session)?.viewer.party != null;
  const isOperator = useRuns(network?.code) === true;
  const settled = useSettled(text.trim(), SETTLE_MS);
  const [contracts] = useQuery({
    query: PaletteContractsDocument,
    variables: { network: network?.code ?? "" },
    pause: !isOpen || !hasParty || network === undefined,
  });
  const isParty = settled.length >= PARTY_MIN && PARTY_NAME.test(settled);
  const [parties] = useQuery({ query: PalettePartiesDocument, variables: { search: settled }, pause: !isOpen || !isParty });
  // What was asked of another network stands until the answer comes.
  const isOfNetwork = contracts.operation?.variables.network === network?.code;
  const contractData = isOfNetwork ? contracts.data?.contracts.edges : undefined;
  const partyData = isParty ? parties.data?.parties.edges : undefined;

  const own = useMemo(() => contractData?.map(({ node }) => node) ?? [], [contractData]);
  const all = useMemo(
    () => (isOpen ? commandsOf({ networks, network, contracts: own, parties: partyData?.map(({ node }) => node) ?? [], isOperator }, shade) : []),
    [isOpen, networks, network, own, partyData, isOperator, shade],
  );

  return useMemo(() => {
    const shown = readAddress({ ...search });
    if (!isOpen) return { commands: [], problem: undefined, shown };
    const listed = matching(all, text);
    if (network === undefined) return { commands: listed, problem: undefined, shown };
    const grounds = { network, today: gasDayAt(platformNow(), network.clock), contracts: own.map(({ code }) => code) };
    const { sentences, problem } = readSentence(text, grounds);
    const said = sentences.slice(0, SENTENCES_MAX).map((sentence) => sentenceCommand(sentence, grounds, shown));
    return { commands: [...said, ...listed], problem: problem === undefined || listed.length > 0 ? undefined : problemText(problem), shown };
  }, [isOpen, text, search, network, own, all]);
}
