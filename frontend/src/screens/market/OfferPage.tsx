/** The frame of an offer that is shown in full: while it is asked for, when it cannot be had, and as it is. */
import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { Button } from "../../parts/button/Button";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { PanelHead } from "../../parts/panel/PanelHead";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { marketTexts } from "../../texts/market";
import css from "./Panel.module.css";

interface Props<Offer> {
  readonly title: string;
  /** Undefined while it is asked for, null where there is none that one may see. */
  readonly offer: Offer | null | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
  readonly onLeave: () => void;
  readonly children: (offer: Offer) => ReactNode;
}

export function OfferPage<Offer>({ title, offer, error, onRetry, onLeave, children }: Props<Offer>) {
  return (
    <section className={css.panel} aria-label={title} data-panel>
      <PanelHead title={title}><Button shortcut="Esc" onClick={onLeave}>{marketTexts.leave}</Button></PanelHead>
      {content()}
    </section>
  );

  function content(): ReactNode {
    if (offer != null) return children(offer);
    if (error !== undefined) return <Fault error={error} onRetry={onRetry} />;
    return offer === undefined ? <Skeleton rows={10} /> : <Notice title={marketTexts.gone}>{marketTexts.goneWhy}</Notice>;
  }
}
