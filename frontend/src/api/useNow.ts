/** The time by the platform's clock, again and again: for what closes. */
import { useEffect, useState } from "react";
import { platformNow } from "./clock";

const SECOND_MS = 1_000;

export function useNow(seconds = 1): Date {
  const [now, setNow] = useState(platformNow);
  useEffect(() => {
    const timer = setInterval(() => { setNow(platformNow()); }, seconds * SECOND_MS);
    return () => { clearInterval(timer); };
  }, [seconds]);
  return now;
}
