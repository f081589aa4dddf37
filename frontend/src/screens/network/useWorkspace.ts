/** Everything that the network workspace shows of some days, kept up to date. */
import { useMemo } from "react";
import { useQuery } from "urql";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { useLast } from "../../api/useLast";
import type { Days } from "../../format/days";
import type { View } from "./address";
import type { FreeRoute } from "../../free/free";
import { readFree } from "../../free/free";
import type { PressureTables } from "./pressure";
import { readPressures } from "./pressure";
import { FreeDocument } from "../../free/queries";
import { PositionsDocument, PressuresDocument, UsageDocument } from "./queries";
import type { OwnRights } from "./rights";
import { readRights } from "./rights";
import type { UsageTables } from "./usage";
import { readUsage } from "./usage";

export interface FreePoints {
  readonly entries: readonly FreeRoute[];
  readonly exits: readonly FreeRoute[];
}

export interface Workspace {
  readonly usage: UsageTables | undefined;
  readonly free: FreePoints | undefined;
  readonly pressures: PressureTables | undefined;
  readonly rights: readonly OwnRights[];
  /** Where the answers stand in the streams. */
  readonly cursors: { readonly availability: string | undefined; readonly positions: string | undefined };
  /** What could not be asked, or not again, a line each; empty if nothing. */
  readonly faults: string;
}

export function useWorkspace(network: string, axis: Days, view: View): Workspace {
  const hasParty = useStore(session)?.viewer.party != null;
  const variables = useMemo(() => ({ network, period: { start: axis.start, end: axis.end } }), [network, axis.start, axis.end]);
  const [usage] = useQuery({ query: UsageDocument, variables });
  const [free] = useQuery({ query: FreeDocument, variables });
  const [pressures] = useQuery({ query: PressuresDocument, variables, pause: view !== "pressure" });
  const [positions] = useQuery({ query: PositionsDocument, variables, pause: !hasParty });

  const usageData = useLast(usage.data?.usage);
  const freeData = useLast(free.data);
  const pressureData = useLast(pressures.data?.pressures);
  const positionData = useLast(positions.data?.positions);
  const faults = [usage, free, pressures, positions].flatMap(({ error }) => (error === undefined ? [] : [error.message])).join("\n");
  return useMemo(
    () => ({
      usage: usageData && readUsage(usageData),
      free: freeData && { entries: readFree(freeData.entries), exits: readFree(freeData.exits) },
      pressures: pressureData && readPressures(pressureData),
      rights: positionData === undefined ? [] : readRights(positionData.routes),
      cursors: { availability: usageData?.cursor, positions: positionData?.cursor },
      faults,
    }),
    [usageData, freeData, pressureData, positionData, faults],
  );
}
