/** Follows a stream again that has failed or ended, a while later: what passes on the platform must not silence it for ever. */
import { useEffect, useEffectEvent } from "react";
import { isPassing } from "./passing";
import type { Stream } from "./useStream";

export const AGAIN_MS = 5_000;

/** `isCutOff` when the stream has said itself how to go on. */
export function useAgain({ error, isOver }: Pick<Stream<unknown>, "error" | "isOver">, isCutOff: boolean, onAgain: () => void): void {
  const hasStopped = !isCutOff && (error === undefined ? isOver : isPassing(error));
  const again = useEffectEvent(onAgain);
  useEffect(() => {
    if (!hasStopped) return undefined;
    const timer = setTimeout(() => { again(); }, AGAIN_MS);
    return () => { clearTimeout(timer); };
  }, [hasStopped]);
}
