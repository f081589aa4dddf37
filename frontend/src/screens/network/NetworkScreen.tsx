/** The network workspace: points, map, what is chosen, and time, all of one gas day. */
import { getRouteApi } from "@tanstack/react-router";
import { useQuery } from "urql";
import { gasDayAt } from "../../format/days";
import { Fault } from "../../parts/notice/Fault";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { Address } from "./address";
import { NetworkDocument } from "./queries";
import { NetworkWorkspace } from "./NetworkWorkspace";

const route = getRouteApi("/signed-in/networks/$network");

export function NetworkScreen() {
  const { network } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, ask] = useQuery({ query: NetworkDocument, variables: { code: network } });
  if (data === undefined) {
    return error === undefined ? <Skeleton rows={20} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  const go = (change: Partial<Address>, isStep = false) => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: isStep });
  };
  return (
    <NetworkWorkspace
      key={data.network.code}
      network={data.network}
      address={address}
      today={gasDayAt(new Date(), data.network.clock)}
      onGo={go}
    />
  );
}
