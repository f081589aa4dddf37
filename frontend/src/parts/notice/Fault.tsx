/** An answer that did not come: what happened, and another try. */
import type { CombinedError } from "urql";
import { texts } from "../../texts/en";
import { Button } from "../button/Button";
import { Notice } from "./Notice";

interface Props {
  readonly error: CombinedError;
  readonly onRetry: () => void;
}

export function Fault({ error, onRetry }: Props) {
  const title = error.networkError === undefined ? texts.faults.refused : texts.faults.unreachable;
  return (
    <Notice isFault title={title} action={<Button onClick={onRetry}>{texts.faults.retry}</Button>}>
      {error.graphQLErrors.map(({ message }) => message).join("\n") || texts.faults.unreachableWhy}
    </Notice>
  );
}
