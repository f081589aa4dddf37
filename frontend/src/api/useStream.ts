/** Follows a subscription that ends by itself, such as a proof, from its start whenever what it asks has changed. */
import { useEffect, useMemo, useState } from "react";
import type { AnyVariables, CombinedError, TypedDocumentNode } from "urql";
import { useClient } from "urql";
import { onEnd, pipe, subscribe } from "wonka";

export interface Stream<State> {
  /** What has come so far; undefined while nothing has. */
  readonly state: State | undefined;
  readonly error: CombinedError | undefined;
  readonly isOver: boolean;
}

interface Run<State> extends Stream<State> {
  /** Of which question it is: an answer to an earlier one is not shown. */
  readonly of: object;
}

/** Nothing is asked without variables; another version asks the same again. */
export function useStream<Data, Variables extends AnyVariables, State>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | undefined,
  version: string | undefined,
  collect: (before: State | undefined, data: Data) => State,
): Stream<State> {
  const client = useClient();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a new identity for each question
  const question = useMemo(() => ({}), [client, document, variables, version]);
  const [run, setRun] = useState<Run<State>>({ of: question, ...NOTHING });

  useEffect(() => {
    if (variables === undefined) return undefined;
    const change = (next: (before: Stream<State>) => Stream<State>) => {
      setRun((before) => ({ of: question, ...next(before.of === question ? before : NOTHING) }));
    };
    const followed = pipe(
      client.subscription(document, variables),
      onEnd(() => { change((before) => ({ ...before, isOver: true })); }),
      subscribe(({ data, error }) => {
        change(({ state, isOver }) => ({ state: data === undefined ? state : collect(state, data), error, isOver }));
      }),
    );
    return () => { followed.unsubscribe(); };
  }, [client, document, variables, question, collect]);

  return run.of === question ? run : NOTHING;
}

const NOTHING = { state: undefined, error: undefined, isOver: false };
