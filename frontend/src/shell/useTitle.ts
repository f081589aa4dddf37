/** Names the page for the tabs of the browser, its history and screen readers: the screen, and the network it is of. */
import { useMatches } from "@tanstack/react-router";
import { useEffect } from "react";
import { texts } from "../texts/en";

const { screens } = texts;
const SCREENS = new Map<string, string>([
  ["/networks/$network", screens.network],
  ["/networks/$network/availability", screens.availability],
  ["/networks/$network/market", screens.market],
  ["/networks/$network/portfolio", screens.portfolio],
  ["/networks/$network/contracts/$contract/proof", screens.proof],
  ["/networks/$network/operator", screens.operator],
  ["/settlement", screens.settlement],
  ["/account", texts.account.title],
  ["/administration", texts.administration.title],
]);

/** `path` is that of a route, with the names of its parameters. */
export const titleOf = (path: string | undefined, network: string | undefined): string =>
  [SCREENS.get(path ?? ""), path?.startsWith("/networks/") === true ? network : undefined, texts.title].filter((part) => part !== undefined).join(", ");

export function useTitle(network: string | undefined): void {
  const path = useMatches({ select: (matches) => matches.at(-1)?.fullPath });
  const title = titleOf(path, network);
  useEffect(() => {
    document.title = title;
    return () => { document.title = texts.title; };
  }, [title]);
}
