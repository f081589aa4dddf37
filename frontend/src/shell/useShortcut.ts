/** A letter with ⌘ or Ctrl, from wherever one is. */
import { useEffect, useRef } from "react";

export function useShortcut(letter: string, act: () => void): void {
  const current = useRef(act);
  useEffect(() => { current.current = act; });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== letter) return;
      event.preventDefault();
      current.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => { window.removeEventListener("keydown", onKeyDown); };
  }, [letter]);
}
