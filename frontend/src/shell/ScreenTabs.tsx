import { Link } from "@tanstack/react-router";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { texts } from "../texts/en";
import { useRuns } from "./useRuns";
import css from "./ScreenTabs.module.css";

interface Props {
  readonly network: string;
  /** In the top bar, or at the bottom of a small screen. */
  readonly place: "bottom" | "top";
}

/** The screens of a network, in the order of the tabs; the command palette and the keys after G lead to them too. */
export const SCREENS = [
  { to: "/networks/$network", text: texts.screens.network, exact: true },
  { to: "/networks/$network/availability", text: texts.screens.availability, exact: false },
  { to: "/networks/$network/market", text: texts.screens.market, exact: false },
  { to: "/networks/$network/portfolio", text: texts.screens.portfolio, exact: false },
] as const;

const OPERATOR = { to: "/networks/$network/operator", text: texts.screens.operator, exact: false } as const;

/** Links to the screens of a network, and to those of all networks that the account may see. */
export function ScreenTabs({ network, place }: Props) {
  const screens = useRuns(network) === true ? [...SCREENS, OPERATOR] : SCREENS;
  const maySettle = useStore(session)?.viewer.scopes.includes("SETTLE") === true;
  return (
    <nav className={css.tabs} data-place={place} aria-label={texts.screens.label}>
      {screens.map(({ to, text, exact }) => (
        <Link key={to} to={to} params={{ network }} activeOptions={{ exact, includeSearch: false }}>{text}</Link>
      ))}
      {maySettle ? <Link to="/settlement" activeOptions={{ includeSearch: false }}>{texts.screens.settlement}</Link> : null}
    </nav>
  );
}
