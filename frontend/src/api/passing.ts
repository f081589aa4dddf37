/** Which errors another try may not meet; any other would come again. */
import type { CombinedError } from "urql";

const PASSING = new Set<unknown>(["INTERNAL", "RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"]);
/** Those before which it may have been carried out. */
const UNKNOWN = new Set<unknown>(["INTERNAL", "TIMEOUT", "UNAVAILABLE"]);

export const isPassing = (error: CombinedError): boolean => error.graphQLErrors.every(({ extensions }) => PASSING.has(extensions.code));

/** Whether a command may have been carried out that was answered by no more than an error, or not at all. */
export const mayBeDone = (error: CombinedError | undefined): boolean =>
  error === undefined || error.networkError !== undefined || error.graphQLErrors.some(({ extensions }) => UNKNOWN.has(extensions.code));
