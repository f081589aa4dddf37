/** Two keys one after the other, such as G and N: the second is taken before the keys of the screen see it. */
import { useEffect, useRef } from "react";
import { isBusy } from "./useKeys";

const WITHIN_MS = 1_500;

export function useSequence(first: string, seconds: Readonly<Record<string, () => void>>): void {
  const current = useRef(seconds);
  useEffect(() => { current.current = seconds; });
  useEffect(() => {
    let begun = -Infinity;
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event)) return;
      const act = event.timeStamp - begun < WITHIN_MS ? current.current[event.key.toLowerCase()] : undefined;
      begun = act === undefined && event.key.toLowerCase() === first ? event.timeStamp : -Infinity;
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => { window.removeEventListener("keydown", onKeyDown, { capture: true }); };
  }, [first]);
}
