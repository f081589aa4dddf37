/** The market: what shippers offer one another, one of it in full, and what passed. */
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Fault } from "../../parts/notice/Fault";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { Address } from "./address";
import { MarketWorkspace } from "./MarketWorkspace";
import { useMarket } from "./useMarket";

const route = getRouteApi("/signed-in/networks/$network/market");

export function MarketScreen() {
  const { network } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const { market, error, onRetry } = useMarket(network, address);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => { isHere.current = false; };
  }, []);
  if (market === undefined) return error === undefined ? <Skeleton rows={20} /> : <Fault error={error} onRetry={onRetry} />;
  const go = (change: Partial<Address>, isStep = false) => {
    // A late answer does not bring back who has left.
    if (!isHere.current) return;
    void navigate({ search: (before) => ({ ...before, ...change }), replace: isStep });
  };
  return <MarketWorkspace key={market.network.code} market={market} address={address} onGo={go} />;
}
