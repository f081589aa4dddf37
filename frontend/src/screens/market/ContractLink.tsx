import { Link } from "@tanstack/react-router";
import css from "./Panel.module.css";

/** A contract in the portfolio of who holds it. */
export function ContractLink({ network, code }: { readonly network: string; readonly code: string }) {
  return <Link className={css.link} to="/networks/$network/portfolio" params={{ network }} search={{ contract: code }}>{code}</Link>;
}
