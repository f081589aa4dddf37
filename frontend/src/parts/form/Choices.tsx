import css from "./form.module.css";

interface Props<Value extends string> {
  readonly label: string;
  readonly options: readonly Value[];
  readonly textOf: (value: Value) => string;
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: Value[]) => void;
}

/** Any number of a few, each with a box to tick. */
export function Choices<Value extends string>({ label, options, textOf, chosen, onChange }: Props<Value>) {
  return (
    <fieldset className={css.choices}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={({ target }) => {
              onChange(options.filter((one) => (one === option ? target.checked : chosen.includes(one))));
            }}
          />
          {textOf(option)}
        </label>
      ))}
    </fieldset>
  );
}
