/** What was charged: balances by gas month, the ledger, each charge with its working and proof, and how far settlement is. */
import { getRouteApi } from "@tanstack/react-router";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { Notice } from "../../parts/notice/Notice";
import { settlementTexts } from "../../texts/settlement";
import { Workspace } from "./Workspace";

const route = getRouteApi("/signed-in/settlement");

export function SettlementScreen() {
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const viewer = useStore(session)?.viewer;
  if (viewer?.scopes.includes("SETTLE") !== true) {
    return <Notice title={settlementTexts.forbidden}>{settlementTexts.forbiddenWhy}</Notice>;
  }
  return (
    <Workspace
      address={address}
      own={viewer.party?.code}
      onChange={(next) => { void navigate({ search: next, replace: true }); }}
    />
  );
}
