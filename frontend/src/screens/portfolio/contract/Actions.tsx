/** What can be done with a contract from here: offers are made on the market screen, which its address fills in. */
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { session } from "../../../api/session";
import { useStore } from "../../../api/store";
import { isNothing } from "../../../format/drawing";
import { useKeys } from "../../../keyboard/useKeys";
import { Button } from "../../../parts/button/Button";
import { texts } from "../../../texts/en";
import type { ContractDetails, OwnContract } from "../queries";
import css from "./ContractPanel.module.css";
import type { OfferKind } from "./offerAddress";
import { offerAddress } from "./offerAddress";

interface Props {
  readonly contract: OwnContract;
  /** Undefined until it is known what of it is free. */
  readonly details: ContractDetails | undefined;
  readonly network: string;
}

export function Actions({ contract, details, network }: Props) {
  const navigate = useNavigate();
  const mayTrade = useStore(session)?.viewer.scopes.includes("TRADE") === true;
  const isFree = details?.free.some(({ free }) => !isNothing(free)) === true;
  const [place] = contract.routes;
  const bar = useRef<HTMLDivElement>(null);
  const offer = (kind: OfferKind) => {
    if (mayTrade && isFree) void navigate({ href: offerAddress(network, contract.code, kind) });
  };
  const show = () => {
    if (place === undefined) return;
    const { receipt, delivery } = place.route;
    void navigate({ to: "/networks/$network", params: { network }, search: { receipt: receipt?.code, delivery: delivery?.code } });
  };
  useKeys({
    R: () => { offer("release"); },
    r: () => { offer("release"); },
    L: () => { offer("listing"); },
    l: () => { offer("listing"); },
    C: () => { offer("call"); },
    c: () => { offer("call"); },
    M: show,
    m: show,
    Enter: () => { bar.current?.querySelector<HTMLElement>("button:enabled")?.focus(); },
  });
  return (
    <div ref={bar} className={css.actions}>
      {mayTrade ? (
        <>
          <Button isPrimary shortcut="R" disabled={!isFree} onClick={() => { offer("release"); }}>{texts.portfolio.offer.release}</Button>
          <Button shortcut="L" disabled={!isFree} onClick={() => { offer("listing"); }}>{texts.portfolio.offer.listing}</Button>
          <Button shortcut="C" disabled={!isFree} onClick={() => { offer("call"); }}>{texts.portfolio.offer.call}</Button>
        </>
      ) : null}
      <Button shortcut="M" disabled={place === undefined} onClick={show}>{texts.portfolio.onMap}</Button>
      {mayTrade && details !== undefined && !isFree ? <p className={css.note}>{texts.portfolio.nothingFree}</p> : null}
    </div>
  );
}
