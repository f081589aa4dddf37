/** What an answer said last: it stays where a later try fails, and comes without one. */
import { useState } from "react";

/** The last defined value; its identity must stay the same for as long as it does. */
export function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && !Object.is(value, last)) setLast(value);
  return value === undefined ? last : value;
}
