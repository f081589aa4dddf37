import { texts } from "../../texts/en";
import css from "./AdministrationScreen.module.css";

interface Props {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

export function SearchField({ label, value, onChange }: Props) {
  return (
    <input
      type="search"
      className={css.search}
      aria-label={label}
      placeholder={texts.administration.searchFor(label)}
      value={value ?? ""}
      onChange={({ target }) => { onChange(target.value === "" ? undefined : target.value); }}
    />
  );
}
