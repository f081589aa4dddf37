import css from "./form.module.css";

interface Props<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly value: Value | "";
  /** What no choice reads as; without it there must be one. */
  readonly none?: string;
  /** Whether one must be chosen in place of none. */
  readonly required?: boolean;
  readonly onChange: (value: Value | undefined) => void;
}

/** One of several that are too many to stand side by side. */
export function FormSelect<Value extends string>({ label, options, value, none, required = false, onChange }: Props<Value>) {
  return (
    <label className={css.field}>
      {label}
      <select value={value} required={required} onChange={({ target }) => { onChange(options.find((one) => one.value === target.value)?.value); }}>
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
      </select>
    </label>
  );
}
