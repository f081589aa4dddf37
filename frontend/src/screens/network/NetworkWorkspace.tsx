import { useCallback, useMemo } from "react";
import type { GasDay } from "../../format/days";
import { addDays, addMonths, weekday } from "../../format/days";
import { hoursOf } from "../../format/instants";
import { useLiveAvailability, useLivePositions } from "../../live/useLive";
import { useKeys } from "../../keyboard/useKeys";
import { labelOf } from "../../format/names";
import type { Hit } from "../../parts/network_map/geometry";
import { NetworkMap } from "../../parts/network_map/NetworkMap";
import { Segments } from "../../parts/segments/Segments";
import { texts } from "../../texts/en";
import type { Address } from "./address";
import { routeOf, shownTime, spanOf, VIEWS, withPoint } from "./address";
import { describe } from "./describe";
import { Details } from "./details/Details";
import { Faults } from "./Faults";
import { Legend } from "./legend/Legend";
import css from "./NetworkScreen.module.css";
import { PointsList } from "./points/PointsList";
import type { PublishedNetwork } from "./queries";
import { pointsWithRights } from "./rights";
import { cutOf } from "./request/cut";
import { daysOf, requestOf } from "./request/draft";
import { useDryRun } from "./request/useDryRun";
import { sceneOf } from "./sceneOf";
import { chartOf, stripsOf } from "./timeContent";
import { TimePanel } from "./time_panel/TimePanel";
import { useRouteFree } from "./useRouteFree";
import { useWorkspace } from "./useWorkspace";

interface Props {
  readonly network: PublishedNetwork;
  readonly address: Address;
  readonly today: GasDay;
  /** Why the network itself could not be asked for again; empty if it could. */
  readonly fault: string;
  /** Change the address; a step replaces what is in the browser's history. */
  readonly onGo: (change: Partial<Address>, isStep?: boolean) => void;
}

export function NetworkWorkspace({ network, address, today, fault, onGo }: Props) {
  const time = shownTime(address, today);
  const view = address.show ?? "worst";
  const { edge, receipt, delivery } = address;
  const route = routeOf(address);
  const workspace = useWorkspace(network.code, time.axis, view);
  useLiveAvailability(network.code, workspace.cursors.availability);
  useLivePositions(network.code, time.axis, workspace.cursors.positions);
  const routeFree = useRouteFree(network.code, time.axis, route, workspace.cursors.availability);
  const days = daysOf(address, today);
  const { quantity, start, end, firmness } = address;
  const request = useMemo(
    () => requestOf(network.code, { receipt, delivery, quantity, firmness }, daysOf({ start, end }, today)),
    [network.code, receipt, delivery, quantity, firmness, start, end, today],
  );
  const [dryRun, onAskAgain] = useDryRun(request, workspace.cursors.availability);
  const cut = useMemo(() => cutOf(network, dryRun), [network, dryRun]);
  const own = useMemo(() => pointsWithRights(workspace.rights), [workspace.rights]);
  const names = useMemo(() => new Map([...network.nodes, ...network.edges].map((one) => [one.code, labelOf(one)])), [network]);
  const nameOf = useCallback((code: string): string => names.get(code) ?? code, [names]);
  const scene = useMemo(
    () => sceneOf(network, workspace, { view, day: time.day, edge, route: { receipt, delivery }, cut }),
    [network, workspace, view, time.day, edge, receipt, delivery, cut],
  );

  const clear: Partial<Address> = { edge: undefined, receipt: undefined, delivery: undefined };
  /** An edge hides the request that may have led to it: that comes first again. */
  const leave = () => { onGo(edge === undefined ? clear : { edge: undefined }); };
  const choose = (hit: Hit | undefined) => {
    if (hit === undefined) leave();
    else if (hit.kind === "edge") onGo({ edge: hit.code });
    else onGo(withPoint(address, hit.code, endOf(network, hit.code)));
  };
  const goToDay = (day: GasDay) => {
    if (day >= time.axis.start && day < time.axis.end) onGo({ day }, true);
  };
  const showToday = () => { onGo({ day: undefined, from: undefined }); };
  useKeys({
    "[": () => { goToDay(addDays(time.day, -1)); },
    "]": () => { goToDay(addDays(time.day, 1)); },
    "{": () => { goToDay(addMonths(time.day, -1)); },
    "}": () => { goToDay(addMonths(time.day, 1)); },
    t: showToday,
    T: showToday,
    Escape: leave,
  });

  const shown = { network, workspace, address, axis: time.axis, free: routeFree.free, nameOf };
  return (
    <div className={css.workspace}>
      <div className={css.points}>
        <PointsList
          free={workspace.free}
          unit={network.unit}
          axis={time.axis}
          nameOf={nameOf}
          own={own}
          chosen={route}
          address={address}
          onGo={onGo}
          onChoose={(code, end) => { onGo({ ...clear, [end]: address[end] === code ? undefined : code }); }}
        />
      </div>
      <section className={css.map} aria-label={texts.map.label}>
        <NetworkMap
          network={network}
          scene={scene}
          onChoose={choose}
          describe={(hit) => describe(hit, shown, view, time.day)}
        >
          <div className={css.views}>
            <Segments
              label={texts.views.label}
              options={VIEWS.map((value) => ({ value, text: texts.views[value] }))}
              value={view}
              onChange={(show) => { onGo({ show }); }}
            />
          </div>
          <div className={css.day}>
            <b>{weekday(time.day)}</b>
            <span>{texts.time.from(hoursOf(time.day, network.clock), network.clock.startHour)}</span>
          </div>
          <Legend view={view} attribution={network.attribution} />
          <Faults faults={fault === "" ? workspace.faults : fault} />
        </NetworkMap>
      </section>
      <div className={css.details}>
        <Details {...shown} {...{ route, days, request, dryRun, onAskAgain, onGo }} day={time.day} fault={routeFree.fault} />
      </div>
      <div className={css.time}>
        <TimePanel
          time={time}
          span={spanOf(address)}
          chart={chartOf(shown, request)}
          strips={stripsOf(shown)}
          days={route === undefined ? undefined : days}
          onDays={(chosen) => { onGo(chosen); }}
          onDay={goToDay}
          onSpan={(months) => { onGo({ months }); }}
        />
      </div>
    </div>
  );
}

/** Which end of a route a point is: gas enters at entries, and leaves at all others unless one asks otherwise. */
const endOf = (network: PublishedNetwork, code: string): "delivery" | "receipt" =>
  network.nodes.find((node) => node.code === code)?.role === "ENTRY" ? "receipt" : "delivery";
