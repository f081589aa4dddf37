/** What is known of what is chosen; how to choose while nothing is. */
import { Fragment } from "react";
import type { GasDay } from "../../../format/days";
import { Key } from "../../../parts/key/Key";
import { Notice } from "../../../parts/notice/Notice";
import { texts } from "../../../texts/en";
import type { Address, RouteCodes } from "../address";
import { pressureColumn } from "../pressure";
import { touches } from "../rights";
import type { Shown } from "../shown";
import type { Days } from "../../../format/days";
import type { CapacityRequest } from "../request/draft";
import { RequestPanel } from "../request/RequestPanel";
import type { DryRun } from "../request/useDryRun";
import { EdgeDetails } from "./EdgeDetails";
import { EdgesAt } from "./EdgesAt";
import { ElementUse } from "./ElementUse";
import { Overlays, overlaysAt } from "./Overlays";

interface Props extends Shown {
  readonly day: GasDay;
  readonly route: RouteCodes | undefined;
  readonly fault: string | undefined;
  readonly days: Days;
  readonly request: CapacityRequest | undefined;
  readonly dryRun: DryRun;
  readonly onAskAgain: () => void;
  readonly onGo: (change: Partial<Address>, isStep?: boolean) => void;
}

export function Details({ day, route, fault, days, request, dryRun, onAskAgain, onGo, ...shown }: Props) {
  const { network, workspace, address, axis, free, nameOf } = shown;
  const edge = network.edges.find(({ code }) => code === address.edge);
  if (edge !== undefined) {
    const overlays = network.overlays.filter((overlay) => overlay.edge.code === edge.code);
    return (
      <EdgeDetails
        key={edge.code}
        network={network.code}
        usage={workspace.usage}
        unit={network.unit}
        onBack={route === undefined ? undefined : () => { onGo({ edge: undefined }); }}
        {...{ edge, day, axis, nameOf }}
      >
        <Overlays overlays={overlays} nameOf={nameOf} />
        <ElementUse element={{ edge: edge.code }} {...{ network, axis, day, nameOf }} />
      </EdgeDetails>
    );
  }
  if (route === undefined) {
    return (
      <Notice title={texts.details.empty}>
        {texts.details.emptyWhy} <Key>{texts.palette.key}</Key>
      </Notice>
    );
  }
  const points = [route.receipt, route.delivery].filter((code) => code !== undefined);
  const { pressures } = workspace;
  const routeDetails = {
    free,
    fault,
    rights: workspace.rights.filter((right) => points.some((point) => touches(right, point))),
    pressures: points.flatMap((point) => {
      const pressure = pressures?.at(point, pressureColumn(pressures.stretches, day));
      return pressure === undefined ? [] : [{ point, pressure }];
    }),
    unit: network.unit,
    nameOf,
    children: points.map((node) => (
      <Fragment key={node}>
        <EdgesAt {...{ network, node, nameOf, onGo }} />
        <Overlays overlays={overlaysAt(network, node)} nameOf={nameOf} />
        <ElementUse element={{ node }} {...{ network, axis, day, nameOf }} />
      </Fragment>
    )),
  };
  return <RequestPanel {...{ shown, route, routeDetails, days, request, dryRun, onAskAgain, onGo }} />;
}
