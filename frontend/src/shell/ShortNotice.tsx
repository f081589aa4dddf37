/** Tells a holder which of its contracts are short, as long as they are. */
import { Link } from "@tanstack/react-router";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { useToday } from "../api/useToday";
import { fullDays } from "../format/days";
import { useShortfallNotices } from "../live/useShortfallNotices";
import { texts } from "../texts/en";
import type { ListedNetwork } from "./queries";
import css from "./ShortNotice.module.css";

export function ShortNotice({ network }: { readonly network: ListedNetwork }) {
  const party = useStore(session)?.viewer.party;
  const isHolder = party?.kind === "SHIPPER";
  const notices = useShortfallNotices(isHolder ? network.code : undefined);
  const notice = notices.find((one) => one.holder.id === party?.id);
  const today = useToday(network.clock);
  const lines = notice?.lines.filter(({ period }) => period.end > today) ?? [];
  const [first] = lines;
  // The region stays, so that what comes into it is announced.
  if (first === undefined) return isHolder ? <div role="status" /> : null;
  const days = lines.reduce(
    ({ start, end }, { period }) => ({ start: period.start < start ? period.start : start, end: period.end > end ? period.end : end }),
    first.period,
  );
  const codes = [...new Set(lines.flatMap(({ contract }) => (contract === null ? [] : [contract.code])))];
  return (
    <div className={css.notice} role="status">
      <b>{texts.short.title}</b>
      <span>{texts.short.contracts(codes.length, fullDays(days))}</span>
      <span className={css.codes}>
        {codes.map((contract) => (
          <Link key={contract} to="/networks/$network/portfolio" params={{ network: network.code }} search={{ contract }}>{contract}</Link>
        ))}
      </span>
    </div>
  );
}
