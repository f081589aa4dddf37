/** A field for what people type, such as "6m": what was understood goes on, and it says so where nothing was. */
import { useId, useState } from "react";
import type { CommercialUnit, Currency, Decimal, Quantity } from "../../../format/amounts";
import { percentFigure, plain, priceUnit, readPercent, readPrice, readQuantity, unitName, whole } from "../../../format/amounts";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import css from "./Field.module.css";

interface Props<Value> {
  readonly name: string;
  readonly label: string;
  readonly value: Value | undefined;
  readonly read: (text: string) => Value | undefined;
  readonly write: (value: Value) => string;
  /** What to write instead of what was not understood. */
  readonly fault: string;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: Value | undefined) => void;
}

export function TypedField<Value>({ name, label, value, read, write, fault, placeholder, onChange }: Props<Value>) {
  const [typed, setTyped] = useState<string>();
  const id = useId();
  const text = typed ?? (value === undefined ? "" : write(value));
  const isWrong = text.trim() !== "" && read(text) === undefined;
  return (
    <label className={css.field} data-wrong={isWrong ? "" : undefined}>
      <span>{label}</span>
      <input
        name={name}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        placeholder={placeholder}
        aria-invalid={isWrong}
        aria-describedby={id}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(read(event.target.value));
        }}
        onBlur={() => { if (!isWrong) setTyped(undefined); }}
      />
      <span id={id} className={isWrong ? css.fault : "hidden"}>{isWrong ? fault : ""}</span>
    </label>
  );
}

type Field<Value> = Pick<Props<Value>, "name" | "onChange" | "placeholder" | "value"> & { readonly label: string };

export function QuantityField({ label, unit, ...rest }: Field<Quantity> & { readonly unit: CommercialUnit }) {
  return (
    <TypedField
      {...rest}
      label={`${label}, ${unitName(unit)}`}
      read={(text) => readQuantity(text, unit)}
      write={whole}
      fault={texts.request.quantityWrong}
    />
  );
}

interface PriceProps extends Field<Decimal> {
  readonly unit: CommercialUnit;
  readonly currency: Currency;
}

export function PriceField({ label, unit, currency, ...rest }: PriceProps) {
  return (
    <TypedField {...rest} label={`${label}, ${priceUnit(currency, unit)}`} read={readPrice} write={plain} fault={marketTexts.fields.priceWrong} />
  );
}

export function PercentField(props: Field<Decimal>) {
  return <TypedField {...props} read={readPercent} write={percentFigure} fault={marketTexts.fields.percentWrong} />;
}
