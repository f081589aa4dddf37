/** The network workspace: points, map, what is chosen, and time, all of one gas day. */
import { getRouteApi } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useLast } from "../../api/useLast";
import { useToday } from "../../api/useToday";
import { Fault } from "../../parts/notice/Fault";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { Address } from "./address";
import { NetworkDocument } from "./queries";
import { NetworkWorkspace } from "./NetworkWorkspace";

const route = getRouteApi("/signed-in/networks/$network");

export function NetworkScreen() {
  const { network: code } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error }, ask] = useQuery({ query: NetworkDocument, variables: { code } });
  // What is being done here outlasts an answer that fails.
  const network = useLast(data?.network);
  const today = useToday(network?.clock);
  if (network === undefined) {
    return error === undefined ? <Skeleton rows={20} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  const go = (change: Partial<Address>, isStep = false) => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: isStep });
  };
  return <NetworkWorkspace {...{ network, address, today }} fault={error?.message ?? ""} onGo={go} />;
}
