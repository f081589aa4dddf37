/** What was asked: rows that are being fetched, a fault with another try, and what the answer says; that stays when a later try fails. */
import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { useLast } from "../../../api/useLast";
import { Fault } from "../../../parts/notice/Fault";
import { Skeleton } from "../../../parts/skeleton/Skeleton";

interface Props<Data> {
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  /** About how many rows the answer has. */
  readonly rows: number;
  readonly onAsk: (how: { readonly requestPolicy: "network-only" }) => void;
  readonly children: (data: Data) => ReactNode;
}

export function Answered<Data>({ data: answer, error, rows, onAsk, children }: Props<Data>) {
  const data = useLast(answer);
  return (
    <>
      {error === undefined ? null : <Fault error={error} onRetry={() => { onAsk({ requestPolicy: "network-only" }); }} />}
      {data === undefined ? error === undefined ? <Skeleton rows={rows} /> : null : children(data)}
    </>
  );
}
