/** Keys of a screen, by what they type; they rest while somebody types a text, is in a menu, or a dialog is open. */
import { useEffect, useRef } from "react";

export type Keys = Readonly<Record<string, () => void>>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** Whether Enter already does something where one is. */
const isActed = ({ key, target }: KeyboardEvent): boolean =>
  key === "Enter" && target instanceof HTMLElement && target.closest("a, button, summary") !== null;

const isInDialog = (): boolean => document.querySelector("[role=dialog]:not([hidden])") !== null;

/** Whether one is in an open menu, whose keys choose in it or close it. */
const isInMenu = (target: EventTarget | null): boolean => target instanceof Element && target.closest("[role=menu]") !== null;

/** Whether a key is for something else: a text, a dialog, a menu, the browser. */
export const isBusy = (event: KeyboardEvent): boolean =>
  event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || isInMenu(event.target) || isInDialog();

export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  useEffect(() => { current.current = keys; });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isBusy(event) || isActed(event)) return;
      const act = current.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => { window.removeEventListener("keydown", onKeyDown); };
  }, []);
}
