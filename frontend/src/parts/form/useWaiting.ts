/** Seconds that must pass before another attempt, counted down. */
import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

export interface Waiting {
  /** 0 when an attempt may be made. */
  readonly seconds: number;
  readonly wait: (seconds: number) => void;
}

export function useWaiting(): Waiting {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  const seconds = Math.max(0, Math.ceil((until - now) / SECOND_MS));
  const isWaiting = seconds > 0;
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = window.setInterval(() => { setNow(Date.now()); }, SECOND_MS);
    return () => { window.clearInterval(timer); };
  }, [isWaiting]);
  const wait = (more: number) => {
    const start = Date.now();
    setNow(start);
    setUntil(start + more * SECOND_MS);
  };
  return { seconds, wait };
}
