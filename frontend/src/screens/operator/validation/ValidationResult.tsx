/** The interval of a robust validation, and the nomination that limits it. */
import type { CommercialUnit } from "../../../format/amounts";
import { unitName, whole } from "../../../format/amounts";
import { weekday } from "../../../format/days";
import { labelOf } from "../../../format/names";
import { timesAtMost, timesBeyond } from "../../../format/percent";
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";
import { Interval } from "./Interval";
import type { Validation } from "./queries";

interface Props {
  readonly validation: Validation;
  readonly summary: string | null;
  readonly unit: CommercialUnit;
}

const words = operatorTexts.validation;

export function ValidationResult({ validation, summary, unit }: Props) {
  const { certified, unrefuted, witnessed, witness, binding } = validation;
  return (
    <>
      <p className={screen.text}><b>{weekday(validation.gasDay)}</b> {summary}</p>
      <Interval {...{ certified, unrefuted, witnessed }} />
      <table className={screen.table}>
        <caption className="hidden">{words.interval}</caption>
        <tbody>
          <tr><th scope="row">{words.certified}</th><td className={screen.number}><b>{timesAtMost(certified)}</b></td></tr>
          <tr><th scope="row">{words.unrefuted(validation.nominations)}</th><td className={screen.number}>{unrefuted === null ? words.unknown : timesAtMost(unrefuted)}</td></tr>
          <tr><th scope="row">{words.witnessed}</th><td className={screen.number}>{witnessed === null ? words.notFound : timesBeyond(witnessed)}</td></tr>
          <tr><th scope="row">{words.pairs}</th><td className={screen.number}>{words.of(validation.pairsProved, validation.pairsTotal)}</td></tr>
          <tr><th scope="row">{words.basis}</th><td className={screen.number}>{words.basisOf(validation.revision, validation.rightsVersion)}</td></tr>
          <tr><th scope="row">{words.solvers}</th><td className={screen.number}>{validation.solvers.join(", ")}</td></tr>
        </tbody>
      </table>
      {witness.length === 0 ? null : (
        <>
          <h3 className={screen.heading}>{words.witness(binding.map(labelOf))}</h3>
          <table className={screen.table}>
            <thead>
              <tr><th scope="col">{words.node}</th><th scope="col" className={screen.number}>{words.injection(unitName(unit))}</th></tr>
            </thead>
            <tbody>
              {witness.map(({ node, quantity }) => (
                <tr key={node.code}><th scope="row">{labelOf(node)}</th><td className={screen.number}>{whole(quantity)}</td></tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
