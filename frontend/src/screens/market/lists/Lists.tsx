/** What is offered now, kind by kind. */
import { marketTexts } from "../../../texts/market";
import type { Shown } from "../shown";
import type { Market } from "../useMarket";
import { CallTable } from "./CallTable";
import { ClearingTable } from "./ClearingTable";
import css from "./Lists.module.css";
import { ListingTable } from "./ListingTable";
import { ReleaseTable } from "./ReleaseTable";

interface Props {
  readonly market: Market;
  readonly shown: Shown;
}

export function Lists({ market, shown }: Props) {
  const { show } = shown.address;
  return (
    <>
      {show === undefined || show === "listings" ? <ListingTable listings={market.listings} shown={shown} /> : null}
      {show === undefined || show === "calls" ? <CallTable calls={market.calls} shown={shown} /> : null}
      {show === undefined || show === "releases" ? <ReleaseTable releases={market.releases} decided={market.decided} shown={shown} /> : null}
      {show === undefined || show === "clearings" ? <ClearingTable clearings={market.clearings} shown={shown} /> : null}
      {market.isCut ? <p className={css.none}>{marketTexts.cut}</p> : null}
    </>
  );
}
