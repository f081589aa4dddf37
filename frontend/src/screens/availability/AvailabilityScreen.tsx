/** What a network still offers: every point over a year, or every path from an entry to an exit over some gas days. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { gasDayAt } from "../../format/days";
import { labelOf } from "../../format/names";
import { Fault } from "../../parts/notice/Fault";
import { Segments } from "../../parts/segments/Segments";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import type { ListedNetwork } from "../../shell/queries";
import { NetworksDocument } from "../../shell/queries";
import { availabilityTexts } from "../../texts/availability";
import css from "./Availability.module.css";
import { CalendarSheet } from "./CalendarSheet";
import { Legend } from "./Legend";
import { MatrixSheet } from "./matrix/MatrixSheet";
import type { Shown } from "./shown";

const route = getRouteApi("/signed-in/networks/$network/availability");

export function AvailabilityScreen() {
  const { network: code } = route.useParams();
  const [{ data, error }, ask] = useQuery({ query: NetworksDocument });
  const network = data?.networks.find((one) => one.code === code);
  if (network !== undefined) return <Sheet key={code} network={network} />;
  return error === undefined ? <Skeleton rows={20} /> : <Fault error={error} onRetry={() => { ask({ requestPolicy: "network-only" }); }} />;
}

const VIEWS = [
  { value: "calendar", text: availabilityTexts.views.calendar },
  { value: "matrix", text: availabilityTexts.views.matrix },
] as const;

function Sheet({ network }: { readonly network: ListedNetwork }) {
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const names = useMemo(() => new Map(network.nodes.map((node) => [node.code, labelOf(node)])), [network]);
  const nameOf = useMemo(() => (point: string) => names.get(point) ?? point, [names]);
  const shown: Shown = {
    network,
    address,
    today: gasDayAt(new Date(), network.clock),
    nameOf,
    onGo: (change, isStep = false) => { void navigate({ search: (before) => ({ ...before, ...change }), replace: !isStep }); },
  };
  const isMatrix = address.view === "matrix";
  return (
    <div className={css.sheet}>
      <div className={css.views}>
        <Segments
          label={availabilityTexts.views.label}
          options={VIEWS}
          value={address.view ?? "calendar"}
          onChange={(view) => { shown.onGo({ view: view === "matrix" ? view : undefined }, true); }}
        />
        <Legend unit={network.unit} hasCells={isMatrix} />
      </div>
      {isMatrix ? <MatrixSheet {...shown} /> : <CalendarSheet {...shown} />}
    </div>
  );
}
