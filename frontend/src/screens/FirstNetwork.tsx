import { Navigate } from "@tanstack/react-router";
import { useQuery } from "urql";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { Fault } from "../parts/notice/Fault";
import { Notice } from "../parts/notice/Notice";
import { Skeleton } from "../parts/skeleton/Skeleton";
import { NetworksDocument } from "../shell/queries";
import { texts } from "../texts/en";

/** Where one comes to without an address: the first network there is, or where an operator publishes it. */
export function FirstNetwork() {
  const mayPublish = useStore(session)?.viewer.scopes.includes("OPERATE") === true;
  const [{ data, error }, ask] = useQuery({ query: NetworksDocument });
  if (error !== undefined) return <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  if (data === undefined) return <Skeleton rows={12} />;
  const [network] = data.networks;
  if (network === undefined && mayPublish) return <Navigate to="/import" replace />;
  if (network === undefined) return <Notice title={texts.faults.noNetwork}>{texts.faults.noNetworkWhy}</Notice>;
  return <Navigate to="/networks/$network" params={{ network: network.code }} replace />;
}
