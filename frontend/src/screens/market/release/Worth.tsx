import type { CombinedError } from "urql";
import { money } from "../../../format/amounts";
import { VerdictBlock } from "../../../parts/verdict/VerdictBlock";
import { Working } from "../../../parts/verdict/Working";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import type { Steps } from "../act/Refusal";
import { Refusal } from "../act/Refusal";
import { methodOf } from "../describe";
import type { BidQuote, ReleaseDetails } from "./queries";
import { valueOf } from "./value";

interface Props {
  readonly quote: BidQuote | undefined;
  readonly error: CombinedError | undefined;
  readonly release: ReleaseDetails;
  readonly steps: Steps;
}

/** What a bid is worth by the method of its release, what one would owe, or why it would be refused. */
export function Worth({ quote, error, release, steps }: Props) {
  if (error !== undefined) return <VerdictBlock tone="warn" tag={texts.verdict.failed}>{error.message}</VerdictBlock>;
  if (quote === undefined) return <VerdictBlock tone="plain" tag={texts.verdict.checking}>{marketTexts.pricing}</VerdictBlock>;
  const { value, price, belowMinimum, refusals: [refused] } = quote;
  if (refused !== undefined) return <Refusal problem={refused} steps={steps} />;
  return (
    <>
      <VerdictBlock
        tone={belowMinimum === null ? "yes" : "warn"}
        tag={belowMinimum === null ? marketTexts.bid.acceptable : marketTexts.bid.cannotWin}
        figure={valueOf(value, release)}
      >
        {marketTexts.bid.worth(methodOf(release))} {price === null ? "" : marketTexts.bid.owed(money(price.amount))}{" "}
        {belowMinimum === null ? "" : marketTexts.bid.below(belowMinimum)}
      </VerdictBlock>
      {price === null ? null : <Working lines={price.working} />}
    </>
  );
}
