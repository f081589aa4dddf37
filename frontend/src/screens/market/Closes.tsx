import type { Clock } from "../../format/days";
import { fullTime, timeLeft } from "../../format/instants";
import { texts } from "../../texts/en";
import { useNow } from "./useNow";

interface Props {
  readonly at: string;
  readonly clock: Clock;
}

/** How long something is still open, second by second; when exactly is its title. */
export function Closes({ at, clock }: Props) {
  const now = useNow();
  const until = new Date(at);
  return <time dateTime={at} title={fullTime(until, clock)}>{timeLeft(until, now) ?? texts.market.over}</time>;
}
