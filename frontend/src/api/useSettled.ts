/** What is typed, once it has not changed for a moment. */
import { useEffect, useState } from "react";

const TYPING_MS = 180;

export function useSettled<Value>(value: Value, milliseconds = TYPING_MS): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(value); }, milliseconds);
    return () => { clearTimeout(timer); };
  }, [value, milliseconds]);
  return settled;
}
