import type { ReactNode } from "react";
import type { Tone } from "../tag/Tag";
import { Tag } from "../tag/Tag";
import css from "./Verdict.module.css";

interface Props {
  readonly tone: Tone;
  readonly tag: string;
  /** The one large figure, and what it is. */
  readonly figure?: ReactNode;
  readonly children: ReactNode;
}

/** What was found: in a word, a figure, and a sentence. It is announced when it changes. */
export function VerdictBlock({ tone, tag, figure, children }: Props) {
  return (
    <div className={css.verdict} data-tone={tone} role="status">
      <div className={css.first}>
        <Tag tone={tone}>{tag}</Tag>
        {figure === undefined ? null : <span className={css.figure}>{figure}</span>}
      </div>
      <p>{children}</p>
    </div>
  );
}
