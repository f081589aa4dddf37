import { Button } from "../../parts/button/Button";
import { texts } from "../../texts/en";
import css from "./AdministrationScreen.module.css";

interface Props {
  readonly count: { readonly count: number; readonly isCapped: boolean };
  readonly info: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly after: string | undefined;
  readonly onGo: (change: { readonly after: string | undefined }) => void;
}

/** How many rows there are, and ways to the next ones and back to the first. */
export function Pages({ count, info: { hasNextPage, endCursor }, after, onGo }: Props) {
  return (
    <p className={css.pages}>
      <span role="status">{texts.administration.count(count.count, count.isCapped)}</span>
      {after === undefined ? null : <Button onClick={() => { onGo({ after: undefined }); }}>{texts.administration.first}</Button>}
      {hasNextPage && endCursor !== null ? <Button onClick={() => { onGo({ after: endCursor }); }}>{texts.administration.next}</Button> : null}
    </p>
  );
}
