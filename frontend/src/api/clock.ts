/** The platform's clock, by which gas days begin and offers close: that of this machine may be wrong by minutes. */

/** An answer is on its way for as long, so a smaller difference says nothing. */
const SAME_MS = 2_000;

let ahead = 0;

/** Take what the platform's clock showed when it gave an answer of just now, in milliseconds since 1970. */
export function setClock(shown: number): void {
  const difference = shown - Date.now();
  ahead = Math.abs(difference) < SAME_MS ? 0 : difference;
}

export const platformNow = (): Date => new Date(Date.now() + ahead);
