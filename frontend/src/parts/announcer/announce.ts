/**
 * What screen readers are told. They follow a region that was there before its text changed; one that comes together with its text, as most
 * answers do, many of them pass over. So there is one region for all (`Announcer`), and what is to be said is written into it.
 */
import { useEffect, useId, useRef } from "react";
import { createStore } from "../../api/store";

/** What was said last. */
export const announcement = createStore("");

/** What is typed is answered again and again: only what stands for so long is said. */
export const QUIET_MS = 300;

const waiting = new Map<string, string>();
let timer: number | undefined;

/** Say a text once nothing else has come for a moment; a later one of the same source takes its place. */
function announce(source: string, text: string): void {
  if (text === "") waiting.delete(source);
  else waiting.set(source, text);
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    if (waiting.size > 0) announcement.set([...waiting.values()].join(" "));
    waiting.clear();
  }, QUIET_MS);
}

/** Have a text said when it is shown and whenever it changes, unless it is empty; what is gone before is not said. */
export function useAnnouncement(textOf: () => string): void {
  const source = useId();
  const said = useRef("");
  useEffect(() => {
    const text = textOf();
    if (text === said.current) return;
    said.current = text;
    announce(source, text);
  });
  useEffect(() => () => {
    said.current = "";
    waiting.delete(source);
  }, [source]);
}
