/** The answer to a request, whatever it is. */
import type { Address } from "../../address";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import { useBooking } from "../useBooking";
import type { DryRun } from "../useDryRun";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { texts } from "../../../../texts/en";
import { BookedBlock } from "./BookedBlock";
import { Checking } from "./Checking";
import { PossibleBlock } from "./PossibleBlock";
import { RefusalBlock } from "./RefusalBlock";
import { UnknownBlock } from "./UnknownBlock";

interface Props {
  readonly shown: Shown;
  readonly request: CapacityRequest;
  readonly dryRun: DryRun;
  /** Ask whether it fits, and at what price, once more. */
  readonly onAskAgain: () => void;
  readonly onGo: (change: Partial<Address>) => void;
}

export function Verdict({ shown, request, dryRun, onAskAgain, onGo }: Props) {
  const [booking, onBook, onBookAgain] = useBooking(request, onAskAgain);
  if (booking.state === "booked") return <BookedBlock booked={booking.booked} request={request} shown={shown} />;
  // Before any verdict: of what was booked meanwhile another one would be refused.
  if (booking.state === "unknown") return <UnknownBlock {...{ request, shown }} isSending={booking.isSending} onBook={onBookAgain} />;
  switch (dryRun.state) {
    case "idle":
      return null;
    case "checking":
      return <Checking bounds={dryRun.bounds} request={request} shown={shown} />;
    case "failed":
      return <VerdictBlock tone="warn" tag={texts.verdict.failed}>{dryRun.message}</VerdictBlock>;
    default:
  }
  const { answer } = dryRun;
  switch (answer.__typename) {
    case "DryRunBookCapacityPayload":
      return <PossibleBlock possible={answer} {...{ request, shown, booking, onBook }} />;
    case "CapacityExhaustedProblem":
      return <RefusalBlock refusal={answer} {...{ request, shown, onGo }} />;
    case "NotDecidedProblem":
      return <VerdictBlock tone="warn" tag={texts.verdict.undecided}>{answer.message}</VerdictBlock>;
    case "InvalidInputProblem":
      return (
        <VerdictBlock tone="no" tag={texts.verdict.wrong}>
          {answer.faults.map(({ path, message }) => `${path.join(" ")} ${message}`).join("; ")}
        </VerdictBlock>
      );
    default:
      return <VerdictBlock tone="no" tag={texts.verdict.refused}>{answer.message}</VerdictBlock>;
  }
}
