/** Texts that this browser keeps for the next visit; one that keeps nothing, as where cookies are forbidden, forgets them instead. */
export function readKept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(key: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // It is forgotten with the page.
  }
}
