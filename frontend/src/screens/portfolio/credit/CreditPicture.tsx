/** The head of credit, with the choice of a limit, and the limit as a waterfall. */
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Segments } from "../../../parts/segments/Segments";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { creditTexts } from "../../../texts/credit";
import type { PortfolioAddress } from "../address";
import css from "./Credit.module.css";
import type { OwnCredit } from "./useCredit";
import { ViewChoice } from "./ViewChoice";
import { Waterfall } from "./Waterfall";

interface Props {
  readonly credit: OwnCredit;
  readonly address: PortfolioAddress;
  readonly chosen: string;
  readonly onGo: (change: PortfolioAddress) => void;
}

export function CreditPicture({ credit, address, chosen, onGo }: Props) {
  const { usages, usage, suspended, error, onRetry } = credit;
  const codes = usages?.map(({ limit }) => limit.code) ?? [];
  return (
    <>
      <PanelHead title={creditTexts.title} note={usage === undefined ? undefined : creditTexts.from(usage.limit.framework)}>
        {codes.length < 2 || usage === undefined ? null : (
          <Segments
            label={creditTexts.limit}
            options={codes.map((code) => ({ value: code, text: code }))}
            value={usage.limit.code}
            onChange={(limit) => { onGo({ limit }); }}
          />
        )}
        <ViewChoice address={address} onGo={onGo} />
      </PanelHead>
      {suspended === undefined ? null : <p className={css.suspended} role="status">{creditTexts.suspended(suspended)}</p>}
      {usage !== undefined ? <Waterfall usage={usage} chosen={chosen} onChoose={(contract) => { onGo({ contract }); }} />
        : usages !== undefined ? <Notice title={creditTexts.noLimit}>{creditTexts.noLimitWhy}</Notice>
          : error === undefined ? <Skeleton rows={6} /> : <Fault error={error} onRetry={onRetry} />}
    </>
  );
}
