/** Whether events arrive, as the socket says. */
import { useEffect, useEffectEvent } from "react";
import { createStore } from "./store";

export type Live = { readonly state: "live" | "starting" } | { readonly state: "lost" | "offline"; readonly since: Date };

export const live = createStore<Live>({ state: "starting" });

/** Note that nothing arrives any more: `offline` where the machine itself has no network. */
export function lost(): void {
  const before = live.get();
  const state = navigator.onLine ? "lost" : "offline";
  if (before.state !== state) live.set({ state, since: "since" in before ? before.since : new Date() });
}

/** Do something each time the connection is there again. */
export function useBack(onBack: () => void): void {
  const goOn = useEffectEvent(onBack);
  useEffect(() => live.subscribe(() => { if (live.get().state === "live") goOn(); }), []);
}
