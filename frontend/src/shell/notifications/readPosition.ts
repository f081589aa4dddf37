/** Up to where somebody has looked, kept in the browser for each account. */

export interface ReadPosition {
  /** When what was newest then had been recorded, by the platform's clock. */
  readonly at: string;
  /** Where the streams stood; undefined while nothing of them was seen. */
  readonly market?: string | undefined;
  readonly capacity?: string | undefined;
}

const keyOf = (account: string): string => `linepack.notifications.${account}`;

export function loadPosition(account: string): ReadPosition | undefined {
  const stored: unknown = parsed(localStorage.getItem(keyOf(account)));
  return isPosition(stored) ? stored : undefined;
}

export function storePosition(account: string, position: ReadPosition): void {
  localStorage.setItem(keyOf(account), JSON.stringify(position));
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): boolean => value === undefined || typeof value === "string";

function isPosition(value: unknown): value is ReadPosition {
  if (typeof value !== "object" || value === null || !("at" in value)) return false;
  const { at, market, capacity } = value as Record<string, unknown>;
  return typeof at === "string" && !Number.isNaN(Date.parse(at)) && isText(market) && isText(capacity);
}
