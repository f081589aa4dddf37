import type { ReactNode } from "react";
import { useRef } from "react";
import { useAnnouncement } from "../announcer/announce";
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

/** What was found: in a word, a figure, and a sentence. It is said when it changes, unless it stands in an alert, which is said by itself. */
export function VerdictBlock({ tone, tag, figure, children }: Props) {
  const [large, sentence] = [useRef<HTMLSpanElement>(null), useRef<HTMLParagraphElement>(null)];
  useAnnouncement(() =>
    sentence.current?.closest("[role=alert]") === null ? [tag, large.current?.textContent, sentence.current.textContent].join(" ") : "");
  return (
    <div className={css.verdict} data-tone={tone}>
      <div className={css.first}>
        <Tag tone={tone}>{tag}</Tag>
        {figure === undefined ? null : <span ref={large} className={css.figure}>{figure}</span>}
      </div>
      <p ref={sentence}>{children}</p>
    </div>
  );
}
