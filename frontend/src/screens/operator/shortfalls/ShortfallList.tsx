/** Each shortfall with its figures and the contracts it touches. */
import { Link } from "@tanstack/react-router";
import { unitName, whole } from "../../../format/amounts";
import { fullDays, monthOf } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";
import { routeName } from "../shown";
import type { ShortCut, Shortfalls, Touched } from "./queries";
import css from "./Shortfalls.module.css";
import { cutName, daysInWords } from "./words";

export function ShortCuts({ network, cuts }: { readonly network: OperatedNetwork; readonly cuts: readonly ShortCut[] }) {
  return cuts.map((cut) => (
    <article key={`${cutName(cut)} ${daysInWords(cut.periods)}`} className={css.shortfall}>
      <h3><Tag tone="no">{operatorTexts.shortfalls.short}</Tag> {cutName(cut)}</h3>
      <p>{cut.text}</p>
      <dl className={css.figures}>
        <dt>{texts.portfolio.days}</dt>
        <dd>{daysInWords(cut.periods)}</dd>
        <dt>{operatorTexts.shortfalls.demand(unitName(network.unit))}</dt>
        <dd>{whole(cut.demand)}</dd>
        <dt>{operatorTexts.shortfalls.capacity}</dt>
        <dd>{operatorTexts.shortfalls.carries(whole(cut.capacity), cut.edges.map(({ edge, capacity }) => `${labelOf(edge)} ${whole(capacity)}`))}</dd>
        <dt>{operatorTexts.shortfalls.units}</dt>
        <dd className={css.units}>{whole(cut.units)}</dd>
      </dl>
      <CutLink network={network.code} cut={cut} />
      <Contracts network={network} contracts={cut.contracts} />
    </article>
  ));
}

/** The first edge of a cut on the map, on its first short day. */
function CutLink({ network, cut }: { readonly network: string; readonly cut: ShortCut }) {
  const [edge, day] = [cut.edges[0]?.edge.code, cut.periods[0]?.start];
  if (edge === undefined || day === undefined) return null;
  return (
    <p>
      <Link className={screen.link} to="/networks/$network" params={{ network }} search={{ edge, day, from: monthOf(day) }}>{texts.portfolio.onMap}</Link>
    </p>
  );
}

export function ShortPressures({ network, pressures }: { readonly network: OperatedNetwork; readonly pressures: Shortfalls["pressures"] }) {
  return pressures.map(({ periods, shortage, contracts }) => (
    <article key={daysInWords(periods)} className={css.shortfall}>
      <h3><Tag tone="no">{texts.time.pressures}</Tag> {daysInWords(periods)}</h3>
      <p>{shortage?.text ?? texts.pressure.infeasible}</p>
      <Contracts network={network} contracts={contracts} />
    </article>
  ));
}

export function Undecided({ undecided }: { readonly undecided: Shortfalls["undecided"] }) {
  return undecided.map(({ reason, periods }) => (
    <article key={daysInWords(periods)} className={css.shortfall}>
      <h3><Tag tone="warn">{operatorTexts.shortfalls.undecided}</Tag> {daysInWords(periods)}</h3>
      <p>{operatorTexts.shortfalls.undecidedWhy(reason)}</p>
    </article>
  ));
}

function Contracts({ network, contracts }: { readonly network: OperatedNetwork; readonly contracts: readonly Touched[] }) {
  return (
    <table className={screen.table}>
      <caption className="hidden">{operatorTexts.shortfalls.contracts}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.portfolio.contract}</th>
          <th scope="col">{operatorTexts.shortfalls.holder}</th>
          <th scope="col">{texts.portfolio.route}</th>
          <th scope="col">{texts.portfolio.days}</th>
          <th scope="col" className={screen.number}>{operatorTexts.shortfalls.touched(unitName(network.unit))}</th>
        </tr>
      </thead>
      <tbody>
        {contracts.map((contract) => (
          <tr key={`${contract.code} ${contract.period.start} ${routeName(contract.route)}`}>
            <th scope="row">{contract.code}</th>
            <td>{contract.holder.name}</td>
            <td>{routeName(contract.route)}</td>
            <td>{fullDays(contract.period)}</td>
            <td className={screen.number}>{whole(contract.units)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
