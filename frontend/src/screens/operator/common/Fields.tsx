/** The fields of the operator's forms: each with its label and, below it, what is wrong with it. */
import type { ComponentProps, ReactNode } from "react";
import type { GasDay } from "../../../format/days";
import { DayInput } from "../../../parts/form/DayInput";
import css from "./form.module.css";

interface Labelled {
  readonly label: string;
  readonly fault?: string | undefined;
  readonly isWide?: boolean;
}

function Field({ label, fault, isWide = false, children }: Labelled & { readonly children: ReactNode }) {
  return (
    <label className={css.field} data-wrong={fault === undefined ? undefined : ""} data-wide={isWide ? "" : undefined}>
      <span className={css.label}>{label}</span>
      {children}
      {fault === undefined ? null : <span className={css.fault} role="alert">{fault}</span>}
    </label>
  );
}

interface TextProps extends Labelled, Pick<ComponentProps<"input">, "inputMode" | "list" | "maxLength" | "placeholder" | "required"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, fault, isWide, onChange, ...rest }: TextProps) {
  return (
    <Field {...{ label, fault }} isWide={isWide ?? false}>
      <input {...rest} autoComplete="off" aria-invalid={fault !== undefined} onChange={(event) => { onChange(event.target.value); }} />
    </Field>
  );
}

interface AreaProps extends Labelled, Pick<ComponentProps<"textarea">, "placeholder" | "rows"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A text of several lines. */
export function AreaField({ label, fault, onChange, ...rest }: AreaProps) {
  return (
    <Field {...{ label, fault }} isWide>
      <textarea {...rest} aria-invalid={fault !== undefined} onChange={(event) => { onChange(event.target.value); }} />
    </Field>
  );
}

interface DayProps extends Labelled {
  readonly value: GasDay;
  readonly min?: GasDay | undefined;
  readonly onChange: (value: GasDay) => void;
}

export function DayField({ label, fault, value, min, onChange }: DayProps) {
  return (
    <Field {...{ label, fault }}>
      <DayInput {...{ value, min, onChange }} aria-invalid={fault !== undefined} />
    </Field>
  );
}

export interface Option<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

interface ChoiceProps<Value extends string> extends Labelled {
  readonly options: readonly Option<Value>[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
  /** What stands for nothing chosen; without it something always is. */
  readonly none?: string;
}

export function ChoiceField<Value extends string>({ label, fault, isWide, options, value, none, onChange }: ChoiceProps<Value>) {
  return (
    <Field {...{ label, fault }} isWide={isWide ?? false}>
      <select
        value={value ?? ""}
        aria-invalid={fault !== undefined}
        onChange={(event) => { onChange(options.find((option) => option.value === event.target.value)?.value); }}
      >
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
      </select>
    </Field>
  );
}

interface ChecksProps<Value extends string> extends Labelled {
  readonly options: readonly Option<Value>[];
  readonly values: readonly Value[];
  readonly onChange: (values: readonly Value[]) => void;
}

/** Any of a few. */
export function ChecksField<Value extends string>({ label, fault, options, values, onChange }: ChecksProps<Value>) {
  return (
    <fieldset className={css.checks} data-wrong={fault === undefined ? undefined : ""}>
      <legend className={css.label}>{label}</legend>
      {options.map(({ value, text }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={values.includes(value)}
            onChange={(event) => {
              onChange(options.map((option) => option.value).filter((one) => (one === value ? event.target.checked : values.includes(one))));
            }}
          />
          {text}
        </label>
      ))}
      {fault === undefined ? null : <span className={css.fault} role="alert">{fault}</span>}
    </fieldset>
  );
}
