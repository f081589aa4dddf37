import type { Quantity } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { texts } from "../../../texts/en";
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
      <QuantityField name="quantity" label={texts.market.quantity} unit={network.unit} value={quantity} onChange={(next) => { onGo({ quantity: next }, true); }} />
      <PriceField
        name="price" label={price} unit={network.unit} currency={contract.currency}
        value={address.price} placeholder={texts.market.fields.priceExample}
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
      name="passes" label={texts.market.passes} value={address.passes ?? "ASSIGNMENT"}
      options={PASSES.map((value) => ({ value, text: texts.market.kinds[value] }))}
      onChange={(passes) => { onGo({ passes: passes === "ASSIGNMENT" ? undefined : passes }, true); }}
    />
  );
}

const FIRM = ["firm", "indicative"] as const;

export function FirmField({ address, onGo }: Choice) {
  return (
    <SelectField
      name="firm" label={texts.market.binds} value={address.indicative === undefined ? "firm" : "indicative"}
      options={FIRM.map((value) => ({ value, text: texts.market.isFirm(value === "firm") }))}
      onChange={(value) => { onGo({ indicative: value === "firm" ? undefined : "yes" }, true); }}
    />
  );
}
