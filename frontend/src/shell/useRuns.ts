/** Whether the caller runs a network: what its operator changes is for no one else. */
import { useQuery } from "urql";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { useLast } from "../api/useLast";
import { NetworksDocument } from "./queries";

/** Undefined while the networks are not known. */
export function useRuns(code: string | undefined): boolean | undefined {
  const viewer = useStore(session)?.viewer;
  const [answer] = useQuery({ query: NetworksDocument });
  const data = useLast(answer.data);
  if (data === undefined) return undefined;
  const network = data.networks.find((one) => one.code === code);
  return network !== undefined && viewer?.party?.id === network.operator.id && viewer.scopes.includes("OPERATE");
}
