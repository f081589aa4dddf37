/** What relies on an edge on the days of an overlay: its capacity as it is, what is sold across it, and who holds that. */
import { Fragment, useMemo } from "react";
import { useQuery } from "urql";
import { unitName, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { shortDays } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";
import css from "./Overlays.module.css";
import type { EdgeLoad as Load } from "./queries";
import { EdgeLoadDocument } from "./queries";

interface Props {
  readonly network: OperatedNetwork;
  readonly edge: string;
  readonly days: Days;
}

export function EdgeLoad({ network, edge, days: { start, end } }: Props) {
  const variables = useMemo(() => ({ network: network.code, edge, period: { start, end } }), [network.code, edge, start, end]);
  const [{ data, error }, ask] = useQuery({ query: EdgeLoadDocument, variables });
  return <Answered data={data?.elementUse} error={error} rows={4} onAsk={ask}>{(load) => <LoadTable load={load} unit={unitName(network.unit)} />}</Answered>;
}

function LoadTable({ load, unit }: { readonly load: Load; readonly unit: string }) {
  const { stretches } = load;
  const rows = stretches.flatMap(({ period, uses }) => (uses ?? []).map((use) => ({ period, use })));
  if (rows.length === 0) {
    const isUnknown = stretches.some(({ uses }) => uses === null);
    return <p className={screen.text}>{isUnknown ? operatorTexts.overlays.loadUnknown : operatorTexts.overlays.loadNone}</p>;
  }
  return (
    <>
      <h3 className={screen.heading}>{operatorTexts.overlays.load(unit)}</h3>
      <table className={screen.table}>
        <thead>
          <tr>
            <th scope="col">{texts.portfolio.days}</th>
            <th scope="col">{operatorTexts.overlays.direction}</th>
            <th scope="col" className={screen.number}>{texts.edge.capacity}</th>
            <th scope="col" className={screen.number}>{texts.edge.worst}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ period, use }) => (
            <Fragment key={`${period.start} ${use.direction}`}>
              <tr className={css.figures}>
                <td>{shortDays(period)}</td>
                <td>{towards(load, use.direction)}</td>
                <td className={screen.number}>{use.capacity === null ? texts.edge.unbounded : whole(use.capacity)}</td>
                <td className={screen.number}><b>{whole(use.worst)}</b></td>
              </tr>
              <tr><td className={screen.wraps} colSpan={4}>{holdersOf(use)}</td></tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </>
  );
}

type Use = NonNullable<Load["stretches"][number]["uses"]>[number];

const towards = ({ edge }: Load, direction: Use["direction"]): string => {
  const end = direction === "FORWARD" ? edge?.head : edge?.tail;
  return end === undefined ? "" : texts.edge.towards(labelOf(end));
};

function holdersOf({ contracts }: Use): string {
  const names = [...new Set(contracts.map(({ holder }) => holder.name))];
  return operatorTexts.overlays.heldBy(contracts.length, names);
}
