import css from "./AdministrationScreen.module.css";

interface Props<Value extends string> {
  readonly label: string;
  /** What no filter reads as. */
  readonly all: string;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

/** Narrows a list to one of several. */
export function Filter<Value extends string>({ label, all, options, value, onChange }: Props<Value>) {
  return (
    <select
      className={css.filter}
      aria-label={label}
      value={value ?? ""}
      onChange={({ target }) => { onChange(options.find((one) => one.value === target.value)?.value); }}
    >
      <option value="">{all}</option>
      {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
    </select>
  );
}
