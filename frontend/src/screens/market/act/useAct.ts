/** Sends a command once: its key stays until what is sent changes, so that it may be sent again after a lost answer. */
import { useState } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { useClient } from "urql";
import { marketTexts } from "../../../texts/market";
import type { Problem } from "./problem";
import { isProblem } from "./problem";

export type Act<Done> =
  | { readonly state: "busy" }
  | { readonly state: "done"; readonly done: Done }
  | { readonly state: "none" }
  | { readonly state: "refused"; readonly problem: Problem };

export interface Command<Data, Variables extends AnyVariables, Answer extends object> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly answerOf: (data: Data) => Answer;
}

export type Done<Answer> = Exclude<Answer, Problem>;

/**
 * `before` may stop it: what it returns is shown as the reason. The last of what is returned is what was sent without an answer: it may
 * be done, so the next time it is sent again as it was, and nothing stops it.
 */
export function useAct<Data, Variables extends AnyVariables, Answer extends object>(
  { document, answerOf }: Command<Data, Variables, Answer>,
  onDone?: (done: Done<Answer>) => void,
): readonly [Act<Done<Answer>>, (variables: Variables, before?: () => Promise<Problem | undefined>) => void, Variables | undefined] {
  const client = useClient();
  const [act, setAct] = useState<Act<Done<Answer>>>({ state: "none" });
  const [unanswered, setUnanswered] = useState<Variables>();
  const send = async (variables: Variables, before?: () => Promise<Problem | undefined>): Promise<Act<Done<Answer>>> => {
    const problem = await before?.();
    if (problem !== undefined) return { state: "refused", problem };
    const { data, error } = await client.mutation(document, variables);
    const isUnknown = data === undefined && (error === undefined || error.networkError !== undefined);
    setUnanswered(isUnknown ? variables : undefined);
    if (data === undefined) {
      return { state: "refused", problem: { code: "UNANSWERED", message: isUnknown ? marketTexts.act.unknown : (error?.message ?? "") } };
    }
    const answer = answerOf(data);
    return isProblem(answer) ? { state: "refused", problem: answer } : { state: "done", done: answer as Done<Answer> };
  };
  return [
    act,
    (variables, before) => {
      setAct({ state: "busy" });
      void (unanswered === undefined ? send(variables, before) : send(unanswered)).then((next) => {
        setAct(next);
        if (next.state === "done") onDone?.(next.done);
      });
    },
    unanswered,
  ];
}
