import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Chosen } from "../address";
import { filterOf } from "../address";
import type { Shown } from "../shown";
import css from "./Lists.module.css";

interface Props {
  readonly chosen: Chosen;
  readonly shown: Shown;
  readonly isChosen: boolean;
  readonly children: ReactNode;
}

/** The link of a row, which all of the row follows. */
export function RowLink({ chosen, shown: { address, network }, isChosen, children }: Props) {
  return (
    <Link
      className={css.link}
      to="/networks/$network/market"
      params={{ network: network.code }}
      search={{ ...filterOf(address), ...chosen }}
      aria-current={isChosen ? "true" : undefined}
      activeOptions={{ exact: true, includeSearch: true }}
    >
      {children}
    </Link>
  );
}
