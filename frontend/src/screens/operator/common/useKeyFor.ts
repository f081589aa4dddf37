/** One key for each command that is written: sent again as it is, after a lost answer, it is carried out once. */
import { useMemo } from "react";
import { newKey } from "../../../api/idempotency";

/** The same key for as long as the text of the command is the same. */
export const useKeyFor = (written: string): string => useMemo(() => ({ written, key: newKey() }), [written]).key;
