import type { Quantity } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { marketTexts } from "../../../texts/market";
import { PASSES } from "../address";
import { DaysFields } from "../fields/DaysFields";
import { SelectField } from "../fields/SelectField";
import { PriceField, QuantityField } from "../fields/TypedField";
import type { Shown } from "../shown";
import type { Now } from "./draft";
import type { OfferedContract } from "./queries";

/** What every form that offers a part of a contract is given. */
export interface Given {
  readonly contract: OfferedContract;
  readonly days: Days;
  readonly quantity: Quantity | undefined;
  readonly at: Now;
  readonly shown: Shown;
}

/** How much of a contract is offered, at which price, on which days. */
export function PartFields({ contract, days, quantity, shown: { address, network, onGo }, price }: Given & { readonly price: string }) {
  return (
    <>
      <QuantityField name="quantity" label={marketTexts.quantity} unit={network.unit} value={quantity} onChange={(next) => { onGo({ quantity: next }, true); }} />
      <PriceField
        name="price" label={price} unit={network.unit} currency={contract.currency}
        value={address.price} placeholder={marketTexts.fields.priceExample}
        onChange={(next) => { onGo({ price: next }, true); }}
      />
      <DaysFields days={days} within={contract.period} onChange={(next) => { onGo(next, true); }} />
    </>
  );
}

type Choice = Pick<Shown, "address" | "onGo">;

/** Whether the duty to pay the operator passes too. */
export function PassesField({ address, onGo }: Choice) {
  return (
    <SelectField
      name="passes" label={marketTexts.passes} value={address.passes ?? "ASSIGNMENT"}
      options={PASSES.map((value) => ({ value, text: marketTexts.kinds[value] }))}
      onChange={(passes) => { onGo({ passes: passes === "ASSIGNMENT" ? undefined : passes }, true); }}
    />
  );
}

const FIRM = ["firm", "indicative"] as const;

export function FirmField({ address, onGo }: Choice) {
  return (
    <SelectField
      name="firm" label={marketTexts.binds} value={address.indicative === undefined ? "firm" : "indicative"}
      options={FIRM.map((value) => ({ value, text: marketTexts.isFirm(value === "firm") }))}
      onChange={(value) => { onGo({ indicative: value === "firm" ? undefined : "yes" }, true); }}
    />
  );
}
