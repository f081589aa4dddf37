/** What the operator of a network changes and looks after, in parts. */
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useQuery } from "urql";
import { useLast } from "../../api/useLast";
import { gasDayAt } from "../../format/days";
import { useLiveAvailability } from "../../live/useLive";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { useRuns } from "../../shell/useRuns";
import { texts } from "../../texts/en";
import { operatorTexts } from "../../texts/operator";
import type { OperatorAddress, Part } from "./address";
import { PARTS } from "./address";
import { AuditPart } from "./audit/AuditPart";
import { ImportPart } from "./imports/ImportPart";
import css from "./Operator.module.css";
import { OverlaysPart } from "./overlays/OverlaysPart";
import { OperatedNetworkDocument } from "./queries";
import { RulesPart } from "./rules/RulesPart";
import { ShortfallsPart } from "./shortfalls/ShortfallsPart";
import type { Shown } from "./shown";
import { TariffsPart } from "./tariffs/TariffsPart";
import { ValidationPart } from "./validation/ValidationPart";

const CONTENTS: Record<Part, ComponentType<Shown>> = {
  overlays: OverlaysPart,
  shortfalls: ShortfallsPart,
  rules: RulesPart,
  tariffs: TariffsPart,
  validation: ValidationPart,
  import: ImportPart,
  audit: AuditPart,
};

const route = getRouteApi("/signed-in/networks/$network/operator");

export function OperatorScreen() {
  const { network: code } = route.useParams();
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const isOperator = useRuns(code);
  const [{ data: answer, error }, ask] = useQuery({ query: OperatedNetworkDocument, variables: { code } });
  // What is being typed stays where the network is asked for again and no answer comes.
  const data = useLast(answer);
  useLiveAvailability(code, data?.setAsides.cursor ?? undefined);
  if (isOperator === false) {
    return (
      <Notice title={operatorTexts.notYours} action={<Link to="/networks/$network" params={{ network: code }}>{texts.faults.toNetwork}</Link>}>
        {operatorTexts.notYoursWhy}
      </Notice>
    );
  }
  // While another network is asked for, the answer about the one before is still there.
  if (data?.network.code !== code || isOperator === undefined) {
    return error === undefined ? <Skeleton rows={16} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
  }
  const part = address.part ?? "overlays";
  const Content = CONTENTS[part];
  const go = (change: Partial<OperatorAddress>, isStep = false) => {
    void navigate({ search: (before) => ({ ...before, ...change }), replace: isStep });
  };
  return (
    <div className={css.screen}>
      <nav className={css.parts} aria-label={operatorTexts.partsLabel}>
        {PARTS.map((one) => (
          <Link
            key={one}
            to="/networks/$network/operator"
            params={{ network: code }}
            search={{ ...address, part: one }}
            activeOptions={{ includeSearch: true }}
          >
            {operatorTexts.parts[one]}
          </Link>
        ))}
      </nav>
      <div className={css.content}>
        <Content key={`${data.network.code} ${part}`} network={data.network} address={address} today={gasDayAt(new Date(), data.network.clock)} onGo={go} />
      </div>
    </div>
  );
}
