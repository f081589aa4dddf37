import type { CombinedError } from "urql";
import { money } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { VerdictBlock } from "../../../parts/verdict/VerdictBlock";
import { Working } from "../../../parts/verdict/Working";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import type { Steps } from "../act/Refusal";
import { Refusal } from "../act/Refusal";
import css from "../Panel.module.css";
import type { Listing } from "../queries";
import type { ListingQuote } from "./queries";

interface Props {
  readonly kind: Listing["kind"];
  readonly quote: ListingQuote | undefined;
  readonly error: CombinedError | undefined;
  readonly isCurrent: boolean;
  readonly steps: Steps;
}

/** What taking costs, to the seller and to the operator, or why it would be refused. */
export function Price({ kind, quote, error, isCurrent, steps }: Props) {
  if (error !== undefined) return <VerdictBlock tone="warn" tag={texts.verdict.failed}>{error.message}</VerdictBlock>;
  if (quote === undefined || !isCurrent) return <VerdictBlock tone="plain" tag={texts.verdict.checking}>{marketTexts.pricing}</VerdictBlock>;
  const { price, duties, period, refusals } = quote;
  const [refused] = refusals;
  if (refused !== undefined) return <Refusal problem={refused} steps={steps} />;
  return (
    <>
      <VerdictBlock tone="yes" tag={texts.verdict.possible} figure={price === null ? undefined : money(price.amount)}>
        {marketTexts.listing.owed(fullDays(period))}{" "}
        {duties === null ? marketTexts.listing[kind === "ASSIGNMENT" ? "dutiesUnknown" : "noDuties"] : marketTexts.listing.duties(money(duties.amount))}
      </VerdictBlock>
      {price?.isEstimate === true || duties?.isEstimate === true ? <p className={css.note}>{texts.verdict.estimate}</p> : null}
      <Working lines={[...(price?.working ?? []), ...(duties?.working ?? [])]} />
    </>
  );
}
