/** Who uses an edge or a point over the days of the axis: own contracts by name, those of others as a sum. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { session } from "../../../api/session";
import { useStore } from "../../../api/store";
import type { CommercialUnit } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import type { Days, GasDay } from "../../../format/days";
import { fullDays, holds } from "../../../format/days";
import { isNothing } from "../../../format/drawing";
import { labelOf } from "../../../format/names";
import { percent } from "../../../format/percent";
import { Fault } from "../../../parts/notice/Fault";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { texts } from "../../../texts/en";
import type { DirectedUse, PublishedNetwork, UsedStretch } from "../queries";
import { ElementUseDocument } from "../queries";
import css from "./Details.module.css";

interface Props {
  readonly network: PublishedNetwork;
  readonly element: { readonly edge: string } | { readonly node: string };
  readonly axis: Days;
  /** The gas day shown: its stretch is open. */
  readonly day: GasDay;
  readonly nameOf: (code: string) => string;
}

export function ElementUse({ network, element, axis: { start, end }, day, nameOf }: Props) {
  const edge = "edge" in element ? element.edge : null;
  const node = "node" in element ? element.node : null;
  const variables = useMemo(() => ({ network: network.code, period: { start, end }, edge, node }), [network.code, start, end, edge, node]);
  const [{ data, error }, ask] = useQuery({ query: ElementUseDocument, variables });
  const title = texts.use.title(nameOf(edge ?? node ?? ""), unitName(network.unit));
  return (
    <section aria-label={title}>
      <h3 className={css.heading}>{title}</h3>
      {data === undefined
        ? error === undefined ? <Skeleton rows={4} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />
        : data.elementUse.stretches.map((stretch) => (
          <Stretch key={`${stretch.period.start} ${String(holds(stretch.period, day))}`} {...{ stretch, network, edge, nameOf }} isOpen={holds(stretch.period, day)} />
        ))}
    </section>
  );
}

interface StretchProps {
  readonly stretch: UsedStretch;
  readonly network: PublishedNetwork;
  readonly edge: string | null;
  readonly nameOf: (code: string) => string;
  readonly isOpen: boolean;
}

function Stretch({ stretch: { period, uses }, network, edge, nameOf, isOpen }: StretchProps) {
  return (
    <details className={css.stretch} open={isOpen}>
      <summary>
        <span>{fullDays(period)}</span>
        <span className={css.none}>{uses === null ? texts.edge.unknown : uses.length === 0 ? texts.use.unused : uses.map(({ worst }) => whole(worst)).join(" · ")}</span>
      </summary>
      {uses === null ? <p className={css.explanation}>{texts.use.tooManyCycles}</p> : uses.map((use) => (
        <Direction key={use.direction} use={use} network={network.code} unit={network.unit} way={wayOf(network, edge, use.direction, nameOf)} />
      ))}
    </details>
  );
}

function wayOf({ edges }: PublishedNetwork, code: string | null, direction: DirectedUse["direction"], nameOf: (code: string) => string): string {
  const edge = edges.find((one) => one.code === code);
  if (direction === "ENTERING" || direction === "LEAVING" || edge === undefined) return texts.use.ways[direction];
  return texts.edge.towards(nameOf((direction === "FORWARD" ? edge.head : edge.tail).code));
}

interface DirectionProps {
  readonly use: DirectedUse;
  readonly network: string;
  readonly unit: CommercialUnit;
  readonly way: string;
}

function Direction({ use: { capacity, worst, demand, contracts, setAside, others, direction }, network, unit, way }: DirectionProps) {
  const own = useStore(session)?.viewer.party?.id;
  const isEdge = direction === "FORWARD" || direction === "BACKWARD";
  return (
    <table className={css.table}>
      <caption>
        {texts.use.limit(way, whole(worst), capacity === null ? undefined : whole(capacity), unitName(unit))}
        {isEdge ? ` ${texts.use.demand(whole(demand))}` : ""}
      </caption>
      <tbody>
        {contracts.map(({ code, quantity, share, holder, route: { receipt, delivery } }) => (
          <tr key={`${code} ${receipt?.code ?? ""} ${delivery?.code ?? ""}`}>
            <th scope="row">
              {holder.id === own ? <Link to="/networks/$network/portfolio" params={{ network }} search={{ contract: code }}>{code}</Link> : code}
              <small>
                {holder.id === own ? texts.portfolio.you : holder.name},{" "}
                {texts.route.name(receipt === null ? undefined : labelOf(receipt), delivery === null ? undefined : labelOf(delivery))}
              </small>
            </th>
            <td className={css.number}>{whole(quantity)}</td>
            <td className={css.number}>{percent(share)}</td>
          </tr>
        ))}
        <Sum name={texts.use.setAside} sum={setAside} />
        <Sum name={contracts.length === 0 ? texts.use.all : texts.use.others} sum={others} />
      </tbody>
    </table>
  );
}

function Sum({ name, sum: { quantity, share } }: { readonly name: string; readonly sum: DirectedUse["others"] }) {
  if (isNothing(quantity)) return null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={css.number}>{whole(quantity)}</td>
      <td className={css.number}>{percent(share)}</td>
    </tr>
  );
}
