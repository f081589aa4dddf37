/** How one's party stands on a network, asked anew whenever what it holds or what the market says may change it. */
import type { CombinedError } from "urql";
import { useQuery } from "urql";
import { useLast } from "../../../api/useLast";
import type { PortfolioAddress } from "../address";
import type { Usage } from "./queries";
import { OwnCreditDocument } from "./queries";

export interface OwnCredit {
  /** Undefined while nothing has been answered. */
  readonly usages: readonly Usage[] | undefined;
  /** The limit that is shown: the one of the address, or the first. */
  readonly usage: Usage | undefined;
  /** Why nothing more may be owed. */
  readonly suspended: string | undefined;
  readonly error: CombinedError | undefined;
  readonly onRetry: () => void;
}

export function useCredit(network: string, { show, limit }: PortfolioAddress): OwnCredit {
  const [answer, ask] = useQuery({ query: OwnCreditDocument, variables: { network }, pause: show !== "credit" });
  const credit = useLast(answer.data)?.credit;
  return {
    usages: credit?.usages,
    usage: credit?.usages.find((one) => one.limit.code === limit) ?? credit?.usages[0],
    suspended: credit?.suspension?.reason,
    error: answer.error,
    onRetry: () => { ask({ requestPolicy: "network-only" }); },
  };
}
