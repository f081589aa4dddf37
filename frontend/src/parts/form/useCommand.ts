/** Runs a command of the API, and keeps why it was refused and how long another attempt must wait. */
import { useState } from "react";
import type { TypedDocumentNode } from "urql";
import { useMutation } from "urql";
import { texts } from "../../texts/en";
import { useWaiting } from "./useWaiting";

/** What all problems have. */
interface Refused {
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export interface CommandState {
  readonly isBusy: boolean;
  readonly refusal: string | undefined;
  /** How long another attempt must wait; 0 for not at all. */
  readonly seconds: number;
}

export interface Command<Input, Payload> extends CommandState {
  /** What the command returned; undefined when it was refused or not answered. */
  readonly run: (input: Input) => Promise<Payload | undefined>;
}

export function useCommand<Answer extends object, Input>(
  document: TypedDocumentNode<Readonly<Record<string, Answer>>, { readonly input: Input }>,
): Command<Input, Exclude<Answer, Refused>> {
  const [{ fetching }, execute] = useMutation(document);
  const [refusal, setRefusal] = useState<string>();
  const { seconds, wait } = useWaiting();
  const run = async (input: Input) => {
    setRefusal(undefined);
    const { data, error } = await execute({ input });
    const [answer] = Object.values(data ?? {});
    if (answer === undefined) {
      setRefusal(error?.networkError === undefined ? (error?.message ?? texts.faults.refused) : texts.faults.unreachable);
      return undefined;
    }
    if (isPayload(answer)) return answer;
    if (isRefused(answer)) {
      setRefusal(answer.message);
      if (answer.retryAfterSeconds !== undefined) wait(answer.retryAfterSeconds);
    }
    return undefined;
  };
  return { isBusy: fetching, refusal, seconds, run };
}

const isRefused = (answer: object): answer is Refused => "code" in answer && "message" in answer;

const isPayload = <Answer extends object>(answer: Answer): answer is Exclude<Answer, Refused> => !isRefused(answer);
