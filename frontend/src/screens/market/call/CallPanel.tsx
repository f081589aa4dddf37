/** A call: what its initiator would buy or sell, the orders on it that one may see, and answering or closing it. */
import { useQuery } from "urql";
import type { ResultOf } from "../../../api/graphql";
import { price, priceUnit } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { fullTime } from "../../../format/instants";
import { Spoken } from "../../../parts/announcer/Spoken";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { TwoStepButton } from "../act/TwoStepButton";
import { Closes } from "../Closes";
import { ContractLink } from "../ContractLink";
import { inUnits, routesOf } from "../describe";
import { Facts } from "../Facts";
import { OfferPage } from "../OfferPage";
import css from "../Panel.module.css";
import type { Call } from "../queries";
import type { Shown } from "../shown";
import { OrderForm } from "./OrderForm";
import { OrderTable } from "./OrderTable";
import type { Order } from "./queries";
import { CallDocument, CloseCallDocument } from "./queries";

interface Props {
  readonly id: string;
  readonly shown: Shown;
}

export function CallPanel({ id, shown }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({ query: CallDocument, variables: { id } });
  const found = data?.node?.__typename === "CallForOrders" ? data.node : null;
  return (
    <OfferPage
      title={marketTexts.call.title}
      offer={found?.id === id ? found : fetching ? undefined : null}
      error={error}
      onRetry={() => { ask({ requestPolicy: "network-only" }); }}
      onLeave={() => { shown.onChoose({}); }}
    >
      {(call) => <Found key={id} call={call} orders={data?.orders.edges.map(({ node }) => node) ?? []} shown={shown} />}
    </OfferPage>
  );
}

interface FoundProps {
  readonly call: Call;
  readonly orders: readonly Order[];
  readonly shown: Shown;
}

function Found({ call, orders, shown }: FoundProps) {
  const { network, caller } = shown;
  const isOwn = call.initiator !== null && call.initiator.id === caller.party;
  return (
    <>
      <p className={css.lead}>
        <b>{marketTexts.call.sides[call.side]}: {routesOf(call.capacity.routes)}</b>
        {fullDays(call.capacity.period)}, {texts.firmness[call.capacity.firmness]}{" "}
        {isOwn ? <Tag tone="yes">{marketTexts.yours}</Tag> : null}
      </p>
      <Facts
        facts={[
          [marketTexts.call.closesIn, call.state === "OPEN" ? <Closes at={call.closesAt} clock={network.clock} /> : null],
          [marketTexts.call.closesAt, fullTime(new Date(call.closesAt), network.clock)],
          [marketTexts.remaining, inUnits(call.remaining, network.unit)],
          [marketTexts.call.limit[call.side], `${price(call.limitPrice)} ${priceUnit(call.currency, network.unit)}`],
          [marketTexts.passes, marketTexts.kinds[call.kind]],
          [marketTexts.binds, call.side === "SELL" ? marketTexts.isFirm(call.isFirm) : null],
          [texts.portfolio.contract, isOwn && call.contract !== null ? <ContractLink network={network.code} code={call.contract.code} /> : null],
        ]}
      />
      {call.state === "OPEN" ? null : <Spoken className={css.note}>{marketTexts.call.states[call.state]}</Spoken>}
      <OrderTable {...{ call, orders, shown, isOwn }} />
      {isOwn && call.state === "OPEN" ? <CloseButton call={call} shown={shown} /> : null}
      {!isOwn && call.state === "OPEN" ? <OrderForm call={call} shown={shown} /> : null}
    </>
  );
}

const CLOSE = { document: CloseCallDocument, answerOf: (data: ResultOf<typeof CloseCallDocument>) => data.closeCall };

function CloseButton({ call, shown: { onSay } }: { readonly call: Call; readonly shown: Shown }) {
  return (
    <div className={css.actions}>
      <TwoStepButton
        text={marketTexts.call.close}
        question={marketTexts.call.closeQuestion}
        command={CLOSE}
        variables={{ input: { callId: call.id } }}
        onDone={() => { onSay(marketTexts.call.closed); }}
      />
    </div>
  );
}
