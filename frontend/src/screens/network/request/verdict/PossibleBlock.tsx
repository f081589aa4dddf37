import { money, unitName, whole } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { Button } from "../../../../parts/button/Button";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { Working } from "../../../../parts/verdict/Working";
import { texts } from "../../../../texts/en";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { Possible } from "../queries";
import type { Booking } from "../useBooking";
import css from "./Verdict.module.css";

interface Props {
  readonly possible: Possible;
  readonly request: CapacityRequest;
  readonly shown: Shown;
  readonly booking: Booking;
  readonly onBook: (possible: Possible) => void;
}

export function PossibleBlock({ possible, request, shown: { network }, booking, onBook }: Props) {
  const { charge, verdict } = possible;
  const quantity = `${whole(request.quantity)} ${unitName(network.unit)}`;
  const isBusy = booking.state === "booking";
  return (
    <>
      <VerdictBlock tone="yes" tag={texts.verdict.possible} figure={charge === null ? undefined : money(charge.amount)}>
        {texts.verdict.possibleWhy(quantity, texts.firmness[request.firmness], fullDays(request))} {texts.proved[verdict.level]}{" "}
        {verdict.demandedLevel === null ? "" : verdict.reason}
      </VerdictBlock>
      {charge?.isEstimate === true ? <p className={css.note}>{texts.verdict.estimate}</p> : null}
      {charge === null ? null : <Working lines={charge.working} />}
      {booking.state === "stopped" ? <p className={css.stopped} role="alert">{booking.why}</p> : null}
      <div className={css.confirm}>
        <Button isPrimary shortcut="Enter" data-confirm disabled={charge === null} aria-disabled={isBusy} onClick={() => { if (!isBusy) onBook(possible); }}>
          {isBusy ? texts.booking.busy : texts.booking.book(quantity)}
        </Button>
        <p className={css.note}>{charge === null ? texts.verdict.noPrice : texts.booking.binds}</p>
      </div>
      <Proof verdict={verdict} />
    </>
  );
}

export function Proof({ verdict }: { readonly verdict: { readonly solver: string; readonly solverVersion: string; readonly rightsVersion: number } }) {
  return <p className={css.proof}>{texts.verdict.proof(`${verdict.solver} ${verdict.solverVersion}`, String(verdict.rightsVersion))}</p>;
}
