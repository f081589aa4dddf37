/** An answer that did not come: what happened, and another try, which is made by itself once there is a connection again; none for what is not there. */
import { Link } from "@tanstack/react-router";
import type { CombinedError } from "urql";
import { useBack } from "../../api/live";
import { texts } from "../../texts/en";
import { Button } from "../button/Button";
import { Notice } from "./Notice";

interface Props {
  readonly error: CombinedError;
  readonly onRetry: () => void;
}

export function Fault({ error, onRetry }: Props) {
  useBack(() => { if (error.networkError !== undefined) onRetry(); });
  if (error.graphQLErrors.some(({ extensions }) => extensions.code === "NOT_FOUND")) {
    const what = error.graphQLErrors.map(({ message }) => message).join(", ");
    return <Notice isFault title={texts.faults.notFound} action={<Link to="/">{texts.faults.toNetwork}</Link>}>{texts.faults.notFoundWhy(what)}</Notice>;
  }
  const title = error.networkError === undefined ? texts.faults.refused : texts.faults.unreachable;
  return (
    <Notice isFault title={title} action={<Button onClick={onRetry}>{texts.faults.retry}</Button>}>
      {error.graphQLErrors.map(({ message }) => message).join("\n") || texts.faults.unreachableWhy}
    </Notice>
  );
}
