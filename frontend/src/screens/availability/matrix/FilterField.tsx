import { useState } from "react";
import css from "./Matrix.module.css";

interface Props {
  readonly label: string;
  readonly name: string;
  readonly text: string | undefined;
  readonly onText: (text: string | undefined) => void;
}

/** A text that names have in them; the address follows what is typed. */
export function FilterField({ label, name, text, onText }: Props) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      type="search"
      className={css.filter}
      name={name}
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      value={typed ?? text ?? ""}
      onChange={(event) => {
        setTyped(event.target.value);
        const said = event.target.value.trim();
        onText(said === "" ? undefined : said);
      }}
      onBlur={() => { setTyped(undefined); }}
    />
  );
}
