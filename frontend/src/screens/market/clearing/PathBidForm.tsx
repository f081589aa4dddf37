/** A bid for a path, or an offer of a part of one's contract on a path. */
import { useState } from "react";
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { newKey } from "../../../api/idempotency";
import { price as figure, priceUnit, whole } from "../../../format/amounts";
import { fullDays, overlap } from "../../../format/days";
import { isNothing } from "../../../format/drawing";
import { labelOf } from "../../../format/names";
import { Segments } from "../../../parts/segments/Segments";
import { NetworksDocument } from "../../../shell/queries";
import { clearingTexts } from "../../../texts/clearing";
import { marketTexts } from "../../../texts/market";
import { Confirm } from "../act/Confirm";
import type { Steps } from "../act/Refusal";
import { holdsStep } from "../act/steps";
import type { Act } from "../act/useAct";
import { useAct } from "../act/useAct";
import type { Go } from "../address";
import { draftDays } from "../address";
import { inUnits, routesOf } from "../describe";
import { DaysFields } from "../fields/DaysFields";
import { Form } from "../fields/Form";
import { entriesOf, exitsOf } from "../fields/points";
import { SelectField } from "../fields/SelectField";
import { PriceField, QuantityField } from "../fields/TypedField";
import css from "../Panel.module.css";
import type { Clearing, OwnContract } from "../queries";
import type { Shown } from "../shown";
import type { BidInput } from "./draft";
import { bidInput, offerable } from "./draft";
import { PlaceClearingBidDocument } from "./queries";

interface Props {
  readonly clearing: Clearing;
  readonly shown: Shown;
}

export function PathBidForm({ clearing, shown }: Props) {
  const { address, caller, contracts = [], network, onGo } = shown;
  if (!caller.mayTrade) return <p className={css.note}>{marketTexts.noTrade}</p>;
  const offered = offerable(contracts, clearing);
  const contract = offered.find(({ id }) => id === address.contract);
  const side = contract === undefined ? "BUY" : "SELL";
  const within = contract === undefined ? clearing.period : (overlap(contract.period, clearing.period) ?? clearing.period);
  const input = bidInput(address, clearing, contract);
  return (
    <>
      {offered.length === 0 ? null : (
        <div className={css.choice}>
          <Segments
            label={clearingTexts.form.side}
            options={SIDES}
            value={side}
            onChange={(next) => { onGo({ contract: next === "SELL" ? offered[0]?.id : undefined, from: undefined, to: undefined }, true); }}
          />
        </div>
      )}
      <Form label={clearingTexts.form.title}>
        {contract === undefined ? <PathFields shown={shown} /> : (
          <SelectField name="contract" label={clearingTexts.form.contract} value={contract.id} options={offered.map((one) => ({ value: one.id, text: nameOf(one) }))} onChange={(id) => { onGo({ contract: id }, true); }} />
        )}
        <QuantityField name="quantity" label={marketTexts.quantity} unit={network.unit} value={address.quantity} onChange={(quantity) => { onGo({ quantity }, true); }} />
        <PriceField
          name="price" label={clearingTexts.form.limit[side]} unit={network.unit} currency={clearing.currency} value={address.price}
          placeholder={marketTexts.fields.priceExample}
          onChange={(price) => { onGo({ price }, true); }}
        />
        <QuantityField name="least" label={clearingTexts.form.least} unit={network.unit} value={address.least} placeholder={marketTexts.offer.any} onChange={(least) => { onGo({ least }, true); }} />
        <DaysFields days={draftDays(address, within)} within={within} onChange={(days) => { onGo(days, true); }} />
      </Form>
      <Placing key={JSON.stringify(input)} {...{ clearing, input, shown, side }} />
    </>
  );
}

const SIDES = (["BUY", "SELL"] as const).map((value) => ({ value, text: clearingTexts.form.sides[value] }));

const nameOf = (one: OwnContract): string => `${one.code}: ${routesOf(one.routes)}, ${whole(one.quantity)}, ${fullDays(one.period)}`;

function PathFields({ shown: { address, network, onGo } }: Pick<Props, "shown">) {
  const [{ data }] = useQuery({ query: NetworksDocument });
  const nodes = data?.networks.find(({ code }) => code === network.code)?.nodes ?? [];
  const optionsOf = (points: typeof nodes) => [{ value: "", text: clearingTexts.form.choose }, ...points.map((point) => ({ value: point.code, text: labelOf(point) }))];
  return (
    <>
      <SelectField name="entry" label={clearingTexts.form.entry} value={address.entry ?? ""} options={optionsOf(entriesOf(nodes))} onChange={(entry) => { onGo({ entry: entry === "" ? undefined : entry }, true); }} />
      <SelectField name="exit" label={clearingTexts.form.exit} value={address.exit ?? ""} options={optionsOf(exitsOf(nodes))} onChange={(exit) => { onGo({ exit: exit === "" ? undefined : exit }, true); }} />
    </>
  );
}

const PLACE = { document: PlaceClearingBidDocument, answerOf: (data: ResultOf<typeof PlaceClearingBidDocument>) => data.placeClearingBid };

interface PlacingProps extends Props {
  readonly input: BidInput | undefined;
  readonly side: "BUY" | "SELL";
}

function Placing({ clearing, input, shown: { network, onGo, onSay }, side }: PlacingProps) {
  const [key] = useState(newKey);
  const [act, onPlace] = useAct(PLACE, () => {
    onSay(clearingTexts.form.placed[side]);
    onGo({ quantity: undefined, price: undefined, least: undefined }, true);
  });
  return (
    <Confirm
      act={act}
      text={input === undefined
        ? clearingTexts.form.placeShort[side]
        : clearingTexts.form.place[side](inUnits(input.quantity, network.unit), `${figure(input.price)} ${priceUnit(clearing.currency, network.unit)}`)}
      note={input === undefined ? clearingTexts.form.missing[side] : clearingTexts.form.note[side]}
      isReady={input !== undefined}
      steps={{ ...holdsStep(act, onGo), ...creditStep(act, onGo) }}
      onConfirm={() => { if (input !== undefined) onPlace({ input: { ...input, idempotencyKey: key } }); }}
    />
  );
}

/** Bid for the most that one's credit is enough for, if that is anything. */
function creditStep(act: Act<unknown>, onGo: Go): Steps {
  const most = act.state === "refused" ? act.problem.largestQuantity : undefined;
  if (most === undefined || isNothing(most)) return {};
  return { CREDIT_EXCEEDED: { text: marketTexts.act.most(whole(most)), act: () => { onGo({ quantity: most }); } } };
}
