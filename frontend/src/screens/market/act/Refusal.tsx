/** A refusal in its place: what the platform says, and what can be done next. */
import { whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Button } from "../../../parts/button/Button";
import { VerdictBlock } from "../../../parts/verdict/VerdictBlock";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import css from "./Act.module.css";
import type { Problem } from "./problem";

/** A next step: what it is called, and what it does. */
export interface Step {
  readonly text: string;
  readonly act: () => void;
}

/** The next steps by the code of what was refused. */
export type Steps = Readonly<Record<string, Step | undefined>>;

interface Props {
  readonly problem: Problem;
  readonly steps?: Steps | undefined;
}

export function Refusal({ problem: { code, message, faults, free }, steps = {} }: Props) {
  const step = steps[code];
  const advice = adviceOf(code);
  return (
    <div role="alert">
      <VerdictBlock tone="no" tag={code === "UNANSWERED" ? texts.verdict.failed : texts.verdict.refused}>
        {faults === undefined ? sentence(message) : null}
        {faults?.map((fault) => <span key={fault.path.join(".")} className={css.fault}><b>{fieldOf(fault.path)}</b> {fault.message}</span>)}
        {free?.map(({ period, quantity }) => (
          <span key={period.start} className={css.fault}>{marketTexts.act.free(fullDays(period), whole(quantity))}</span>
        ))}
        {advice === undefined ? null : <span className={css.advice}>{advice}</span>}
      </VerdictBlock>
      {step === undefined ? null : <p className={css.step}><Button onClick={step.act}>{step.text}</Button></p>}
    </div>
  );
}

const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;

const isAdvised = (code: string): code is keyof typeof marketTexts.advice => code in marketTexts.advice;

const adviceOf = (code: string): string | undefined => (isAdvised(code) ? marketTexts.advice[code] : undefined);

const isField = (name: string): name is keyof typeof marketTexts.inputs => name in marketTexts.inputs;

function fieldOf(path: readonly string[]): string {
  const name = path.at(-1) ?? "";
  return isField(name) ? marketTexts.inputs[name] : name;
}
