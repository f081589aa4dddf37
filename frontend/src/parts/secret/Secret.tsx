/** A text that is shown this once, with a way to copy it. */
import { useState } from "react";
import { texts } from "../../texts/en";
import { Button } from "../button/Button";
import css from "./Secret.module.css";

interface Props {
  readonly title: string;
  /** What it is for, and that it will not be shown again. */
  readonly why: string;
  readonly text: string;
  readonly onKept: () => void;
}

export function Secret({ title, why, text, onKept }: Props) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(texts.secret.copied);
    } catch {
      setSaid(texts.secret.notCopied);
    }
  };
  return (
    <section className={css.secret} aria-label={title}>
      <b>{title}</b>
      <p>{why}</p>
      <pre className={css.text} tabIndex={0}>{text}</pre>
      <p className={css.actions}>
        <Button onClick={() => { void copy(); }}>{texts.secret.copy}</Button>
        <Button onClick={onKept}>{texts.secret.kept}</Button>
        <span role="status">{said}</span>
      </p>
    </section>
  );
}
