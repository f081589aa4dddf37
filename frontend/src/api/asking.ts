/**
 * Asks again for what a screen shows and could not be asked, for a reason that passes: now and then, and at once when events arrive
 * again. Without it a figure that failed during a loss of the connection would be missing until something happens to change it.
 */
import type { Exchange, Operation } from "urql";
import { makeOperation } from "urql";
import { pipe, tap } from "wonka";
import { isPassing } from "./passing";

export const ASK_AGAIN_MS = 15_000;

export interface Asking {
  readonly exchange: Exchange;
  readonly askAgain: () => void;
}

export function asking(): Asking {
  const failed = new Map<number, Operation>();
  let send: ((operation: Operation) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const askAgain = () => {
    clearTimeout(timer);
    timer = undefined;
    const operations = [...failed.values()];
    failed.clear();
    for (const operation of operations) send?.(makeOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }));
  };
  const exchange: Exchange = ({ client, forward }) => {
    send = (operation) => { client.reexecuteOperation(operation); };
    return (operations) =>
      pipe(
        operations,
        tap(({ kind, key }) => { if (kind === "teardown") failed.delete(key); }),
        forward,
        tap(({ operation, error }) => {
          failed.delete(operation.key);
          if (operation.kind !== "query" || error === undefined || !isPassing(error)) return;
          failed.set(operation.key, operation);
          timer ??= setTimeout(askAgain, ASK_AGAIN_MS);
        }),
      );
  };
  return { exchange, askAgain };
}
