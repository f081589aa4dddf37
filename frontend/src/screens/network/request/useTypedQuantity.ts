/** What stands in the field of a quantity: what is typed, for as long as the address holds nothing else. */
import { useState } from "react";
import type { CommercialUnit, Quantity } from "../../../format/amounts";
import { readQuantity, whole } from "../../../format/amounts";

export interface TypedQuantity {
  readonly text: string;
  readonly isWrong: boolean;
  readonly onType: (text: string) => void;
  readonly onLeave: () => void;
  /** Forget what is typed. */
  readonly onClear: () => void;
}

interface Typed {
  readonly text: string;
  /** What was understood since one began to type: the address follows a moment later. */
  readonly given: readonly (Quantity | undefined)[];
}

export function useTypedQuantity(quantity: Quantity | undefined, unit: CommercialUnit, onChange: (quantity: Quantity | undefined) => void): TypedQuantity {
  const [typed, setTyped] = useState<Typed>();
  const [seen, setSeen] = useState(quantity);
  const isOther = quantity !== seen && typed?.given.includes(quantity) !== true;
  if (quantity !== seen) setSeen(quantity);
  // An alternative was taken, a sentence, or another address.
  if (isOther && typed !== undefined) setTyped(undefined);
  const text = (isOther ? undefined : typed?.text) ?? (quantity === undefined ? "" : whole(quantity));
  const isWrong = text.trim() !== "" && readQuantity(text, unit) === undefined;
  return {
    text,
    isWrong,
    onType: (next) => {
      const read = readQuantity(next, unit);
      setTyped((before) => ({ text: next, given: [...(before?.given ?? [quantity]), read] }));
      onChange(read);
    },
    onLeave: () => { setTyped(isWrong ? { text, given: [undefined] } : undefined); },
    onClear: () => { setTyped(undefined); },
  };
}
