/** A request: what is asked, whether it fits, and what can be done. */
import { useRef } from "react";
import type { Days } from "../../../format/days";
import { useKeys } from "../../../keyboard/useKeys";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import type { Address, RouteCodes } from "../address";
import { RouteDetails } from "../details/RouteDetails";
import type { Shown } from "../shown";
import type { CapacityRequest } from "./draft";
import css from "./Request.module.css";
import { RequestForm } from "./RequestForm";
import type { DryRun } from "./useDryRun";
import { useTypedQuantity } from "./useTypedQuantity";
import { Verdict } from "./verdict/Verdict";

interface Props {
  readonly shown: Shown;
  readonly route: RouteCodes;
  readonly routeDetails: Parameters<typeof RouteDetails>[0];
  readonly days: Days;
  readonly request: CapacityRequest | undefined;
  readonly dryRun: DryRun;
  readonly onAskAgain: () => void;
  readonly onGo: (change: Partial<Address>, isStep?: boolean) => void;
}

export function RequestPanel({ shown, route, routeDetails, days, request, dryRun, onAskAgain, onGo }: Props) {
  const { network, address, nameOf } = shown;
  const panel = useRef<HTMLElement>(null);
  const confirm = () => panel.current?.querySelector<HTMLButtonElement>("[data-confirm]");
  const typed = useTypedQuantity(address.quantity, network.unit, (quantity) => { onGo({ quantity }, true); });
  const anew = () => {
    typed.onClear();
    onGo({ quantity: undefined });
    panel.current?.querySelector<HTMLInputElement>("[name=quantity]")?.focus();
  };
  useKeys({ Enter: () => { confirm()?.focus(); }, n: anew, N: anew });
  return (
    <section ref={panel} className={css.panel} aria-label={texts.request.title}>
      <PanelHead title={texts.request.title} note={texts.request.note}>
        <Button
          shortcut="N"
          onClick={() => {
            typed.onClear();
            onGo({ quantity: undefined, start: undefined, end: undefined });
          }}
        >
          {texts.request.clear}
        </Button>
      </PanelHead>
      <RequestForm
        {...{ address, route, days, typed, nameOf, onGo }}
        unit={network.unit}
        onEnter={() => { confirm()?.focus(); }}
      />
      {request === undefined ? <RouteDetails {...routeDetails} /> : (
        <Verdict key={JSON.stringify(request)} {...{ shown, request, dryRun, onAskAgain, onGo }} />
      )}
    </section>
  );
}
