/** Gives the screens the client of who is signed in; another caller starts with an empty cache. */
import type { ReactNode } from "react";
import { Provider } from "urql";
import { openClient } from "./client";
import { keepGoing } from "./refreshing";
import { session } from "./session";
import { createStore, useStore } from "./store";

const opened = createStore(openClient());
let caller = callerOf();

session.subscribe(() => {
  if (callerOf() === caller) return;
  caller = callerOf();
  opened.get().close();
  opened.set(openClient());
});

keepGoing(() => opened.get().client);

function callerOf(): string | undefined {
  const viewer = session.get()?.viewer;
  return viewer?.account?.id ?? viewer?.party?.id;
}

export function Connected({ children }: { readonly children: ReactNode }) {
  return <Provider value={useStore(opened).client}>{children}</Provider>;
}
