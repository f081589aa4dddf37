/** What every point offers over a year: a row a point, neighbouring gas days alike in one cell, each a request. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import type { Quantity } from "../../format/amounts";
import { addMonths, gasDayAt } from "../../format/days";
import { labelOf } from "../../format/names";
import { mostDrawn } from "../../free/free";
import { Fault } from "../../parts/notice/Fault";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { ListedNetwork } from "../../shell/queries";
import { NetworksDocument } from "../../shell/queries";
import css from "./Availability.module.css";
import { Calendar } from "./Calendar";
import { Tools } from "./Tools";
import { useYear } from "./useYear";

const route = getRouteApi("/signed-in/networks/$network/availability");
const MONTHS_SHOWN = 12;

export function AvailabilityScreen() {
  const { network: code } = route.useParams();
  const [{ data, error }, ask] = useQuery({ query: NetworksDocument });
  const network = data?.networks.find((one) => one.code === code);
  if (network !== undefined) return <Sheet key={code} network={network} />;
  return error === undefined ? <Skeleton rows={20} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
}

function Sheet({ network }: { readonly network: ListedNetwork }) {
  const { need } = route.useSearch();
  const navigate = route.useNavigate();
  const today = gasDayAt(new Date(), network.clock);
  const axis = useMemo(() => ({ start: today, end: addMonths(today, MONTHS_SHOWN) }), [today]);
  const year = useYear(network.code, axis);
  const names = useMemo(() => new Map(network.nodes.map((node) => [node.code, labelOf(node)])), [network]);
  const points = [...(year.entries ?? []), ...(year.exits ?? [])];
  return (
    <div className={css.sheet}>
      <Tools
        unit={network.unit}
        need={need}
        points={points}
        year={year}
        onNeed={(next: Quantity | undefined) => { void navigate({ search: { need: next }, replace: true }); }}
      />
      {year.error === undefined ? null : <Fault error={year.error} onRetry={year.onRetry} />}
      {year.entries === undefined && year.error === undefined ? <Skeleton rows={20} /> : (
        <Calendar
          network={network}
          axis={axis}
          groups={[year.entries ?? [], year.exits ?? []]}
          most={mostDrawn(points)}
          need={need}
          nameOf={(point) => names.get(point) ?? point}
        />
      )}
    </div>
  );
}
