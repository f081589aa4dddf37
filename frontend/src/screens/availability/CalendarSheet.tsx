import { useMemo } from "react";
import { addMonths } from "../../format/days";
import { mostDrawn } from "../../free/free";
import { Fault } from "../../parts/notice/Fault";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { Calendar } from "./Calendar";
import type { Shown } from "./shown";
import { Tools } from "./Tools";
import { useYear } from "./useYear";

const MONTHS_SHOWN = 12;

/** A row a point, neighbouring gas days alike in one cell, each a request. */
export function CalendarSheet({ network, address: { need }, today, nameOf, onGo }: Shown) {
  const axis = useMemo(() => ({ start: today, end: addMonths(today, MONTHS_SHOWN) }), [today]);
  const year = useYear(network.code, axis);
  const points = [...(year.entries ?? []), ...(year.exits ?? [])];
  return (
    <>
      <Tools unit={network.unit} need={need} points={points} year={year} onNeed={(next) => { onGo({ need: next }); }} />
      {year.error === undefined ? null : <Fault error={year.error} onRetry={year.onRetry} />}
      {year.entries === undefined && year.error === undefined ? <Skeleton rows={20} /> : (
        <Calendar
          network={network}
          axis={axis}
          groups={[year.entries ?? [], year.exits ?? []]}
          most={mostDrawn(points)}
          need={need}
          nameOf={nameOf}
        />
      )}
    </>
  );
}
