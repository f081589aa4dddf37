/** The time, again and again: for what closes. */
import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

export function useNow(seconds = 1): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => { setNow(new Date()); }, seconds * SECOND_MS);
    return () => { clearInterval(timer); };
  }, [seconds]);
  return now;
}
