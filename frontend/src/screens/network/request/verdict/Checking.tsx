import { whole } from "../../../../format/amounts";
import { overlap } from "../../../../format/days";
import { isLess, smallest } from "../../../../format/drawing";
import { Skeleton } from "../../../../parts/skeleton/Skeleton";
import { VerdictBlock } from "../../../../parts/verdict/VerdictBlock";
import { texts } from "../../../../texts/en";
import { figureOf } from "../../../../free/free";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { Bound } from "../useDryRun";
import css from "./Verdict.module.css";

interface Props {
  readonly bounds: readonly Bound[];
  readonly request: CapacityRequest;
  readonly shown: Shown;
}

/** What is likely while it is being proved: known availability first, then what each level of capacities allows. */
export function Checking({ bounds, request, shown }: Props) {
  const known = bounds.at(-1)?.most ?? knownFree(request, shown);
  return (
    <>
      <VerdictBlock tone="plain" tag={texts.verdict.checking}>{likelihood()}</VerdictBlock>
      <ol className={css.steps}>
        {bounds.map(({ level, most }) => (
          <li key={level}>
            <span>{texts.levels[level]}</span>
            <span>{texts.free.atMost(whole(most))}</span>
          </li>
        ))}
      </ol>
      <Skeleton rows={3} />
    </>
  );

  function likelihood(): string {
    if (known === undefined) return texts.verdict.proving;
    return isLess(known, request.quantity) ? texts.verdict.unlikely(whole(known)) : texts.verdict.likely;
  }
}

/** The least that is known to be free on the days asked for; nothing for interruptible capacity. */
function knownFree({ start, end, firmness }: CapacityRequest, { free }: Shown) {
  if (firmness !== "FIRM" || free === undefined) return undefined;
  const figures = free.stretches.filter(({ days }) => overlap(days, { start, end }) !== undefined).map(figureOf);
  return smallest(figures.filter((figure) => figure !== undefined).map(({ quantity }) => quantity));
}
