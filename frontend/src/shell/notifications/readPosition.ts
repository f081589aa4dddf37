/** Up to where somebody has looked, kept in the browser for each account. */
import { keep, readKept } from "../../api/kept";

export interface ReadPosition {
  /** When what was newest then had been recorded, by the platform's clock. */
  readonly at: string;
  /** Where the streams stood; undefined while nothing of them was seen. */
  readonly market?: string | undefined;
  readonly capacity?: string | undefined;
}

const keyOf = (account: string): string => `linepack.notifications.${account}`;

export function loadPosition(account: string): ReadPosition | undefined {
  const stored: unknown = parsed(readKept(keyOf(account)));
  return isPosition(stored) ? stored : undefined;
}

/** Where one has looked further in another tab, that stands. */
export function storePosition(account: string, position: ReadPosition): void {
  const stored = loadPosition(account);
  if (stored === undefined || Date.parse(stored.at) <= Date.parse(position.at)) keep(keyOf(account), JSON.stringify(position));
}

/** Call `listener` when another tab has stored how far somebody has looked; what is returned ends that. */
export function followPosition(account: string, listener: (position: ReadPosition) => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    const position = key === keyOf(account) ? loadPosition(account) : undefined;
    if (position !== undefined) listener(position);
  };
  window.addEventListener("storage", onStorage);
  return () => { window.removeEventListener("storage", onStorage); };
}

function parsed(text: string | undefined): unknown {
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
