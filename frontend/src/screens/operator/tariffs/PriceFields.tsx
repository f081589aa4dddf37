/** The fields of the form that a price has. */
import type { Currency } from "../../../format/amounts";
import { operatorTexts } from "../../../texts/operator";
import { AreaField, ChoiceField, TextField } from "../common/Fields";
import css from "../common/form.module.css";
import type { PriceDraft } from "./draft";
import { FORMS } from "./draft";

interface Props {
  readonly draft: PriceDraft;
  readonly indices: readonly string[];
  readonly currency: Currency;
  readonly fault: string | undefined;
  readonly onChange: (change: Partial<PriceDraft>) => void;
}

const OPTIONS = FORMS.map((value) => ({ value, text: operatorTexts.prices.forms[value] }));
const TEXTS = operatorTexts.prices.fields;
const TIER_ROWS = 4;

export function PriceFields({ draft, indices, currency, fault, onChange }: Props) {
  const text = (field: Exclude<keyof PriceDraft, "form">, label: string) => (
    <TextField key={field} label={label} inputMode="decimal" value={draft[field]} onChange={(value) => { onChange({ [field]: value }); }} />
  );
  return (
    <>
      <ChoiceField label={operatorTexts.prices.form} options={OPTIONS} value={draft.form} isWide fault={fault} onChange={(form) => { if (form !== undefined) onChange({ form }); }} />
      {draft.form === "flat" || draft.form === "seasonal" ? text("price", TEXTS.price(currency)) : null}
      {draft.form === "seasonal" ? (
        <TextField label={TEXTS.factors} value={draft.factors} isWide onChange={(factors) => { onChange({ factors }); }} />
      ) : null}
      {draft.form === "indexed" ? (
        <>
          <TextField label={TEXTS.index} value={draft.index} list="known-indices" onChange={(index) => { onChange({ index }); }} />
          <datalist id="known-indices">{indices.map((index) => <option key={index} value={index} />)}</datalist>
          {text("multiplier", TEXTS.multiplier)}
          {text("addend", TEXTS.addend(currency))}
          {text("floor", TEXTS.floor(currency))}
          {text("cap", TEXTS.cap(currency))}
        </>
      ) : null}
      {draft.form === "tiered" ? (
        <>
          <AreaField label={TEXTS.tiers(currency)} rows={TIER_ROWS} value={draft.tiers} placeholder={TEXTS.tiersExample} onChange={(tiers) => { onChange({ tiers }); }} />
          <p className={css.note}>{TEXTS.tiersNote}</p>
        </>
      ) : null}
    </>
  );
}
