/** A command that is asked about once more in its place, such as a withdrawal; a refusal stands there too. */
import { useState } from "react";
import type { AnyVariables } from "urql";
import { Button } from "../../../parts/button/Button";
import { marketTexts } from "../../../texts/market";
import css from "./Act.module.css";
import { Refusal } from "./Refusal";
import type { Command, Done } from "./useAct";
import { useAct } from "./useAct";

interface Props<Data, Variables extends AnyVariables, Answer extends object> {
  readonly text: string;
  /** What it does, as a question. */
  readonly question: string;
  readonly command: Command<Data, Variables, Answer>;
  readonly variables: Variables;
  readonly onDone: (done: Done<Answer>) => void;
}

export function TwoStepButton<Data, Variables extends AnyVariables, Answer extends object>({
  text, question, command, variables, onDone,
}: Props<Data, Variables, Answer>) {
  const [isAsked, setAsked] = useState(false);
  const [act, onAct] = useAct(command, onDone);
  if (!isAsked) return <Button onClick={() => { setAsked(true); }}>{text}</Button>;
  return (
    <div className={css.asked} role="group" aria-label={question}>
      <p role="status">{question}</p>
      <span className={css.answers}>
        <Button autoFocus disabled={act.state === "busy"} onClick={() => { onAct(variables); }}>
          {act.state === "busy" ? marketTexts.act.busy : text}
        </Button>
        <Button onClick={() => { setAsked(false); }}>{marketTexts.act.keep}</Button>
      </span>
      {act.state === "refused" ? <Refusal problem={act.problem} /> : null}
    </div>
  );
}
