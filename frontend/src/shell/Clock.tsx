import { useMemo } from "react";
import { useNow } from "../api/useNow";
import type { Clock as NetworkClock } from "../format/days";
import { gasDayAt, shortDay } from "../format/days";
import { LOCALE } from "../format/locale";
import { texts } from "../texts/en";
import css from "./Clock.module.css";

/** The time at the network, and the gas day that runs. */
export function Clock({ clock }: { readonly clock: NetworkClock }) {
  const now = useNow();
  const format = useMemo(
    () => new Intl.DateTimeFormat(LOCALE, { timeZone: clock.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" }),
    [clock.zone],
  );
  return (
    <time dateTime={now.toISOString()}>
      {format.format(now)} <span className={css.day}>{texts.shell.gasDay(shortDay(gasDayAt(now, clock)))}</span>
    </time>
  );
}
