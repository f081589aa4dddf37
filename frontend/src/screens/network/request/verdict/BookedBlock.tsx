import { money, unitName, whole } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { takeFocus } from "../../../../keyboard/takeFocus";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { texts } from "../../../../texts/en";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { Booked } from "../queries";
import css from "./Verdict.module.css";

interface Props {
  readonly booked: Booked;
  readonly request: CapacityRequest;
  readonly shown: Shown;
}

export function BookedBlock({ booked: { contract, charge }, request, shown: { network } }: Props) {
  return (
    <section ref={takeFocus} tabIndex={-1} className={css.booked} aria-label={texts.booking.booked}>
      <VerdictBlock tone="yes" tag={texts.booking.booked} figure={contract.code}>
        {texts.verdict.possibleWhy(`${whole(request.quantity)} ${unitName(network.unit)}`, texts.firmness[request.firmness], fullDays(request))}
      </VerdictBlock>
      <p className={css.note}>
        {charge === null ? "" : texts.booking.charged(money(charge.amount))} {texts.booking.leave}
      </p>
    </section>
  );
}
