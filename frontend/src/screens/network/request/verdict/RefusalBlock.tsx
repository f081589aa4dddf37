import type { Quantity } from "../../../../format/amounts";
import { unitName, whole } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { drawn } from "../../../../format/drawing";
import { pressure } from "../../../../format/percent";
import { labelOf } from "../../../../format/names";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { texts } from "../../../../texts/en";
import type { Address } from "../../address";
import type { Shown } from "../../shown";
import { Alternatives } from "../alternatives/Alternatives";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import { EdgeButtons } from "./EdgeButtons";
import { LargestByStretch } from "./LargestByStretch";
import { Proof } from "./PossibleBlock";

interface Props {
  readonly refusal: Refusal;
  readonly request: CapacityRequest;
  readonly shown: Shown;
  readonly onGo: (change: Partial<Address>) => void;
}

export function RefusalBlock({ refusal, request, shown, onGo }: Props) {
  return (
    <>
      <Reason refusal={refusal} shown={shown} onGo={onGo} />
      <LargestByStretch refusal={refusal} request={request} unit={shown.network.unit} onGo={onGo} />
      <Alternatives refusal={refusal} request={request} shown={shown} onGo={onGo} />
      <Proof verdict={refusal.verdict} />
    </>
  );
}

/** What stands in the way first of all: the cut that misses most, else the pressure that fails. */
function Reason({ refusal, shown: { network }, onGo }: Pick<Props, "onGo" | "refusal" | "shown">) {
  const cut = worst(refusal.bottlenecks, ({ missing }) => missing);
  if (cut !== undefined) {
    return (
      <VerdictBlock tone="no" tag={texts.verdict.refused} figure={<Missing quantity={cut.missing} unit={unitName(network.unit)} />}>
        <b><EdgeButtons edges={cut.edges.map(({ edge }) => edge)} onGo={onGo} /></b> {texts.verdict.isFull(cut.edges.length)}{" "}
        {cut.periods.map((period) => fullDays(period)).join(", ")}.
      </VerdictBlock>
    );
  }
  const shortage = refusal.shortages[0];
  if (shortage === undefined) return <VerdictBlock tone="no" tag={texts.verdict.refused}>{refusal.message}</VerdictBlock>;
  return (
    <VerdictBlock tone="no" tag={texts.verdict.refused} figure={pressure(shortage.missingBar)}>
      <b>{shortage.node === null ? <EdgeButtons edges={[shortage.limitingEdge]} onGo={onGo} /> : labelOf(shortage.node)}</b>{" "}
      {texts.verdict.pressureFails(pressure(shortage.pressureBar), pressure(shortage.limitBar))}{" "}
      {shortage.periods.map((period) => fullDays(period)).join(", ")}.
    </VerdictBlock>
  );
}

function Missing({ quantity, unit }: { readonly quantity: Quantity; readonly unit: string }) {
  return <>−{whole(quantity)} <small>{unit} {texts.verdict.missing}</small></>;
}

function worst<Row>(rows: readonly Row[], missing: (row: Row) => Quantity): Row | undefined {
  return rows.reduce<Row | undefined>(
    (found, row) => (found === undefined || drawn(missing(row)) > drawn(missing(found)) ? row : found),
    undefined,
  );
}
