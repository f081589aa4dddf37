import { useEffect, useRef, useState } from "react";
import { useKeys } from "../../keyboard/useKeys";
import { useAnnouncement } from "../../parts/announcer/announce";
import { Notice } from "../../parts/notice/Notice";
import { texts } from "../../texts/en";
import { marketTexts } from "../../texts/market";
import type { Address, Chosen, Go } from "./address";
import { filterOf, isChosen } from "./address";
import { CallPanel } from "./call/CallPanel";
import { ClearingPanel } from "./clearing/ClearingPanel";
import { focusConfirm } from "./fields/Form";
import { ListingPanel } from "./listing/ListingPanel";
import { Filters } from "./lists/Filters";
import { Lists } from "./lists/Lists";
import css from "./MarketScreen.module.css";
import { BuyPanel } from "./offer/BuyPanel";
import { OfferPanel } from "./offer/OfferPanel";
import { ReleasePanel } from "./release/ReleasePanel";
import { neighbourOf } from "./rows";
import type { Shown } from "./shown";
import { OwnOpen } from "./tape/OwnOpen";
import { Tape } from "./tape/Tape";
import type { Market } from "./useMarket";

interface Props {
  readonly market: Market;
  readonly address: Address;
  readonly onGo: Go;
}

export function MarketWorkspace({ market, address, onGo }: Props) {
  const [said, setSaid] = useState({ text: "", times: 0 });
  const panel = useRef<HTMLDivElement>(null);
  const choose = (chosen: Partial<Address>, isStep = false) => {
    setSaid(({ times }) => ({ text: "", times }));
    onGo({ ...NOTHING, ...filterOf(address), ...chosen }, isStep);
  };
  const shown: Shown = {
    network: market.network, caller: market.caller, contracts: market.contracts, address, onGo, onChoose: choose,
    onSay: (text) => { setSaid(({ times }) => ({ text, times: times + 1 })); },
  };
  const offer = () => {
    const first = market.contracts?.[0]?.code;
    if (first !== undefined) choose({ offer: first });
  };
  const buy = () => { choose({ buy: "yes" }); };
  const step = (by: -1 | 1) => {
    const next = neighbourOf(market, address, by);
    if (next !== undefined) choose(next, true);
  };
  useKeys({
    j: () => { step(1); },
    J: () => { step(1); },
    k: () => { step(-1); },
    K: () => { step(-1); },
    o: offer,
    O: offer,
    b: buy,
    B: buy,
    Enter: () => { focusConfirm(panel.current?.querySelector("[data-panel]") ?? null); },
    Escape: () => { choose({}); },
  });
  return (
    <div className={css.market} data-chosen={isChosen(address) ? "" : undefined}>
      <div className={css.lists}>
        <Filters shown={shown} onOffer={offer} onBuy={buy} />
        <Lists market={market} shown={shown} />
      </div>
      <div ref={panel} className={css.panel}>
        <Said key={said.times} text={said.text} />
        <Detail address={address} shown={shown} />
      </div>
      <div className={css.side}>
        <Tape trades={market.tape} network={market.network} />
        {market.caller.mayTrade ? <OwnOpen bids={market.bids} clearingBids={market.clearingBids} orders={market.orders} shown={shown} /> : null}
        {market.fault === undefined ? null : <p className={css.fault} role="alert">{texts.faults.partly} {market.fault.message}</p>}
      </div>
    </div>
  );
}

const NOTHING: Record<keyof Address, undefined> = {
  show: undefined, mine: undefined, receipt: undefined, delivery: undefined, start: undefined, end: undefined,
  listing: undefined, call: undefined, release: undefined, clearing: undefined, offer: undefined, buy: undefined,
  quantity: undefined, price: undefined, from: undefined, to: undefined, until: undefined, as: undefined,
  passes: undefined, indicative: undefined, least: undefined, term: undefined, method: undefined,
  discount: undefined, ties: undefined, bidder: undefined, contract: undefined, entry: undefined, exit: undefined,
};

function Detail({ address: { listing, call, release, clearing, offer, buy }, shown }: { readonly address: Chosen; readonly shown: Shown }) {
  if (listing !== undefined) return <ListingPanel key={listing} id={listing} shown={shown} />;
  if (call !== undefined) return <CallPanel key={call} id={call} shown={shown} />;
  if (release !== undefined) return <ReleasePanel key={release} id={release} shown={shown} />;
  if (clearing !== undefined) return <ClearingPanel key={clearing} id={clearing} shown={shown} />;
  if (offer !== undefined) return <OfferPanel key={offer} offered={offer} shown={shown} />;
  if (buy !== undefined) return <BuyPanel shown={shown} />;
  return <Notice title={marketTexts.choose}>{marketTexts.chooseWhy}</Notice>;
}

/** What was just done, each time anew. The button that did it is gone, so that the focus goes here. */
function Said({ text }: { readonly text: string }) {
  const line = useRef<HTMLParagraphElement>(null);
  useAnnouncement(() => text);
  useEffect(() => { if (text !== "") line.current?.focus(); }, [text]);
  return <p ref={line} className={text === "" ? "hidden" : css.said} tabIndex={-1}>{text}</p>;
}
