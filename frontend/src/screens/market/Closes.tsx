import { useEffect, useState } from "react";
import { platformNow } from "../../api/clock";
import type { Clock } from "../../format/days";
import { fullTime, timeLeft } from "../../format/instants";
import { marketTexts } from "../../texts/market";

interface Props {
  readonly at: string;
  readonly clock: Clock;
}

const NEAR_MS = 7_200_000;
const SECOND_MS = 1_000;
const HALF_MINUTE_MS = 30_000;

/** How long something is still open, second by second in its last hours; when exactly it closes is its title. */
export function Closes({ at, clock }: Props) {
  const [now, setNow] = useState(platformNow);
  const until = new Date(at);
  const isNear = until.getTime() - now.getTime() < NEAR_MS;
  useEffect(() => {
    const timer = setInterval(() => { setNow(platformNow()); }, isNear ? SECOND_MS : HALF_MINUTE_MS);
    return () => { clearInterval(timer); };
  }, [isNear]);
  return <time dateTime={at} title={fullTime(until, clock)}>{timeLeft(until, now) ?? marketTexts.over}</time>;
}
