/** What the settlement screen shows: balances, the page of the ledger, and how far settlement has come. */
import { useEffect, useMemo } from "react";
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import type { Days, GasDay } from "../../format/days";
import { addMonths, gasDayAt, monthOf } from "../../format/days";
import { useLiveLedger } from "../../live/useLive";
import type { Address } from "./address";
import type { ChargeRow } from "./charges";
import { rowsOf } from "./charges";
import type { NameOf, Party } from "./parties";
import { namesOf, partiesOf } from "./parties";
import type { PartyBalance, Status } from "./queries";
import { LedgerDocument, PartyBalancesDocument, PartyByCodeDocument, StatusDocument } from "./queries";

/** A year and the month after it, in which the first one comes again. */
export const MONTHS_SHOWN = 13;
const ENTRIES_SHOWN = 50;
const STATUS_EVERY_MS = 15_000;
const UTC = { zone: "UTC", startHour: 0 };

interface Asked<Value> {
  readonly data: Value | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

export interface Charges {
  readonly rows: readonly ChargeRow[];
  readonly hasMore: boolean;
}

export interface Settlement {
  readonly months: Days;
  readonly balances: Asked<readonly PartyBalance[]>;
  readonly parties: readonly Party[];
  readonly nameOf: NameOf;
  readonly charges: Asked<Charges>;
  readonly status: Asked<Status>;
}

const AGAIN = { requestPolicy: "network-only" } as const;

export function useSettlement(address: Address): Settlement {
  const first = address.from ?? thisMonth();
  const months = useMemo(() => ({ start: first, end: addMonths(first, MONTHS_SHOWN) }), [first]);
  const [balances, askBalances] = useQuery({ query: PartyBalancesDocument, variables: { period: months } });
  const parties = useMemo(() => partiesOf(balances.data?.partyBalances.balances ?? []), [balances.data]);
  const { party, isNobody, ...search } = useParty(address.party, balances.data === undefined ? undefined : parties);
  const [ledger, askLedger] = useQuery({
    query: LedgerDocument,
    variables: {
      party: party?.id ?? null,
      contract: address.contract ?? null,
      gasMonth: address.month ?? null,
      code: address.code ?? null,
      before: address.before ?? null,
      first: ENTRIES_SHOWN,
    },
    pause: address.party !== undefined && party === undefined,
  });
  useLiveLedger(ledger.data?.ledgerEntries.cursor);
  const page = ledger.data?.ledgerEntries;
  return {
    months,
    balances: { data: balances.data?.partyBalances.balances, error: balances.error, onRetry: () => { askBalances(AGAIN); } },
    parties,
    nameOf: useMemo(() => namesOf(party === undefined ? parties : [...parties, party]), [parties, party]),
    charges: {
      data: isNobody ? { rows: [], hasMore: false } : page === undefined ? undefined : { rows: rowsOf(page.events, address), hasMore: page.hasMore },
      error: search.error ?? ledger.error,
      onRetry: search.error === undefined ? () => { askLedger(AGAIN); } : search.onRetry,
    },
    status: useStatus(),
  };
}

interface Named {
  readonly party: Party | undefined;
  /** Whether it is known that no party has the code. */
  readonly isNobody: boolean;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

/** Whom a code names: one of those with a balance in the months that are shown, or whom else the directory knows. */
function useParty(code: string | undefined, parties: readonly Party[] | undefined): Named {
  const listed = parties?.find((one) => one.code === code);
  const isAsked = code !== undefined && parties !== undefined && listed === undefined;
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: PartyByCodeDocument, variables: { code: code ?? "" }, pause: !isAsked });
  const found = isAsked ? data?.parties.edges.find(({ node }) => node.code === code)?.node : undefined;
  return {
    party: listed ?? found,
    isNobody: isAsked && data !== undefined && found === undefined && !fetching && !stale,
    error: isAsked ? error : undefined,
    onRetry: () => { ask(AGAIN); },
  };
}

/** How far settlement has come, asked again now and then: it says so also when nothing comes any more. */
function useStatus(): Asked<Status> {
  const [{ data, error }, ask] = useQuery({ query: StatusDocument });
  useEffect(() => {
    const timer = setInterval(() => { ask(AGAIN); }, STATUS_EVERY_MS);
    return () => { clearInterval(timer); };
  }, [ask]);
  return { data, error, onRetry: () => { ask(AGAIN); } };
}

const thisMonth = (): GasDay => monthOf(gasDayAt(new Date(), UTC));
