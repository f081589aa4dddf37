import type { ReactNode } from "react";
import css from "./Tag.module.css";

export type Tone = "no" | "plain" | "warn" | "yes";

export function Tag({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={css.tag} data-tone={tone}>{children}</span>;
}
