import { Button } from "../parts/button/Button";
import { Notice } from "../parts/notice/Notice";
import { texts } from "../texts/en";

/** In place of a screen that could not be shown: a part of it did not load, or the frontend has an error. */
export function NoScreen({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <Notice isFault title={texts.faults.noScreen} action={<Button onClick={reset}>{texts.faults.retry}</Button>}>
      {texts.faults.noScreenWhy(error instanceof Error ? error.message : String(error))}
    </Notice>
  );
}
