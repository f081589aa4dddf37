/** Dark or light: the user's choice if there is one, else the system's. */
import { keep, readKept } from "../api/kept";
import { createStore } from "../api/store";

export type Theme = "dark" | "light";

const KEY = "linepack.theme";

const stored = readKept(KEY);
const preferred: Theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";

export const theme = createStore<Theme>(stored === "dark" || stored === "light" ? stored : preferred);

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.get();
}

export function toggleTheme(): void {
  theme.set(theme.get() === "dark" ? "light" : "dark");
  keep(KEY, theme.get());
  applyTheme();
}

/** The colours of a theme that holds, for what is drawn without style sheets. */
export function colours<Name extends string>(names: readonly Name[], of: Theme): Record<Name, string> {
  const style = getComputedStyle(document.querySelector(`[data-theme="${of}"]`) ?? document.documentElement);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<Name, string>;
}
