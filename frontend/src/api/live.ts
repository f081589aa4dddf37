/** Whether events arrive, as the socket says. */
import { createStore } from "./store";

export type Live = { readonly state: "live" | "starting" } | { readonly state: "lost"; readonly since: Date };

export const live = createStore<Live>({ state: "starting" });

export function lost(): void {
  if (live.get().state !== "lost") live.set({ state: "lost", since: new Date() });
}
