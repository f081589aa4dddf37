/** Sends a command of the operator, and keeps what came of it until the next one. */
import { useState } from "react";
import type { AnyVariables, CombinedError, TypedDocumentNode } from "urql";
import { useMutation } from "urql";
import { operatorTexts } from "../../../texts/operator";

export interface InputFault {
  readonly path: readonly string[];
  /** The line of a file or the element concerned. */
  readonly place: string | null;
  readonly message: string;
}

/** What a mutation answers: its payload, or a problem. */
interface Answer {
  readonly __typename: string;
  readonly message?: string;
  readonly path?: readonly string[];
  readonly faults?: readonly InputFault[];
}

export interface Refusal {
  readonly message: string;
  readonly faults: readonly InputFault[];
}

export interface Command<Variables> {
  readonly isSending: boolean;
  readonly isDone: boolean;
  readonly refusal: Refusal | undefined;
  readonly send: (variables: Variables) => Promise<boolean>;
  /** Forget what came of the last one. */
  readonly clear: () => void;
}

type Outcome = Refusal | "done" | undefined;

export function useCommand<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  answerOf: (data: Data) => Answer,
): Command<Variables> {
  const [{ fetching }, execute] = useMutation(document);
  const [outcome, setOutcome] = useState<Outcome>();
  return {
    isSending: fetching,
    isDone: outcome === "done",
    refusal: outcome === "done" ? undefined : outcome,
    send: async (variables) => {
      const { data, error } = await execute(variables);
      const refusal = data === undefined ? unanswered(error) : refusalOf(answerOf(data));
      setOutcome(refusal ?? "done");
      return refusal === undefined;
    },
    clear: () => { setOutcome(undefined); },
  };
}

/** Why there is no answer: as the platform says it, where it says anything. */
export function unanswered(error: CombinedError | undefined): Refusal {
  const message = error === undefined || error.networkError !== undefined ? operatorTexts.form.unanswered : error.message;
  return { message, faults: [{ path: [], place: null, message }] };
}

/** A payload has no message. A problem without faults is one itself, at the field it names. */
function refusalOf({ message, path = [], faults }: Answer): Refusal | undefined {
  if (message === undefined) return undefined;
  return { message, faults: faults ?? [{ path, place: null, message }] };
}

/** What is wrong at an input field, such as "period.start"; undefined if nothing. */
export function faultAt(refusal: Refusal | undefined, field: string): string | undefined {
  const found = refusal?.faults.filter(({ path }) => isAt(path, field)) ?? [];
  return found.length === 0 ? undefined : found.map(inWords).join("; ");
}

/** What is wrong elsewhere than at the fields that a form shows. */
export const faultsBeside = (refusal: Refusal | undefined, fields: readonly string[]): readonly string[] =>
  refusal?.faults.filter(({ path }) => !fields.some((field) => isAt(path, field))).map(inWords) ?? [];

function isAt(path: readonly string[], field: string): boolean {
  const place = path.join(".");
  return place === field || place.startsWith(`${field}.`);
}

const inWords = ({ place, message }: InputFault): string => (place === null ? message : `${place}: ${message}`);
