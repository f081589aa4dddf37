/** An offer that is being written: a part of a contract, as a listing, a call to sell, or a release. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { platformNow } from "../../../api/clock";
import { whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Notice } from "../../../parts/notice/Notice";
import { Segments } from "../../../parts/segments/Segments";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { OFFERS } from "../address";
import { routesOf } from "../describe";
import { SelectField } from "../fields/SelectField";
import { OfferPage } from "../OfferPage";
import css from "../Panel.module.css";
import type { Shown } from "../shown";
import { freeThroughout, offeredDays } from "./draft";
import { FreeTable } from "./FreeTable";
import { ListingForm } from "./ListingForm";
import type { OfferedContract } from "./queries";
import { OfferedContractDocument } from "./queries";
import { ReleaseForm } from "./ReleaseForm";
import { SellForm } from "./SellForm";

interface Props {
  /** The code or id of a contract. */
  readonly offered: string;
  readonly shown: Shown;
}

export function OfferPanel({ offered, shown }: Props) {
  const { contracts, network, caller } = shown;
  const known = contracts?.find(({ code, id }) => code === offered || id === offered);
  const id = known?.id ?? offered;
  const [{ data, error, fetching }, ask] = useQuery({ query: OfferedContractDocument, variables: { id }, pause: contracts === undefined || !caller.mayTrade });
  const found = data?.contract.id === id ? data.contract : fetching || contracts === undefined ? undefined : null;
  if (!caller.mayTrade) return <Notice title={marketTexts.noTrade} />;
  if (contracts?.length === 0) {
    return (
      <Notice title={texts.portfolio.empty} action={<Link className={css.link} to="/networks/$network" params={{ network: network.code }}>{texts.portfolio.toNetwork}</Link>}>
        {texts.portfolio.emptyWhy}
      </Notice>
    );
  }
  return (
    <OfferPage
      title={marketTexts.offer.title}
      offer={found}
      error={error}
      onRetry={() => { ask({ requestPolicy: "network-only" }); }}
      onLeave={() => { shown.onChoose({}); }}
    >
      {(contract) => <Found key={id} contract={contract} shown={shown} />}
    </OfferPage>
  );
}

function Found({ contract, shown }: { readonly contract: OfferedContract; readonly shown: Shown }) {
  const { address, contracts = [], network, onChoose, onGo } = shown;
  // The time at which one began to write: what is left out would else change under one's hands.
  const [now] = useState(platformNow);
  const at = { now, clock: network.clock };
  const days = offeredDays(address, contract.period, at);
  const quantity = address.quantity ?? freeThroughout(contract, days);
  const as = address.as ?? "listing";
  const given = { contract, days, quantity, at, shown };
  return (
    <>
      <div className={css.choice}>
        <SelectField
          name="contract"
          label={texts.portfolio.contract}
          value={contract.code}
          options={[...new Set([contract.code, ...contracts.map(({ code }) => code)])].map((code) => ({ value: code, text: nameOf(code) }))}
          onChange={(code) => { onChoose({ offer: code, as: address.as }); }}
        />
        <Segments
          label={marketTexts.offer.as}
          options={OFFERS.map((value) => ({ value, text: marketTexts.offer.kinds[value] }))}
          value={as}
          onChange={(next) => { onGo({ as: next, until: undefined }); }}
        />
      </div>
      <p className={css.note}>{marketTexts.offer.what[as]}</p>
      {as === "listing" ? <ListingForm {...given} /> : as === "call" ? <SellForm {...given} /> : <ReleaseForm {...given} />}
      <FreeTable free={contract.free} unit={network.unit} />
    </>
  );

  function nameOf(code: string): string {
    const one = code === contract.code ? contract : contracts.find((other) => other.code === code);
    return one === undefined ? code : `${code}: ${routesOf(one.routes)}, ${whole(one.quantity)}, ${fullDays(one.period)}`;
  }
}
