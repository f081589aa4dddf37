/** Whether the page is being printed. It is then in light colours on white, and what is painted on a canvas is drawn instead. */
import { flushSync } from "react-dom";
import { createStore } from "../api/store";
import { applyTheme } from "./theme";

export const printing = createStore(false);

export function followPrinting(): void {
  const set = (isPrinting: boolean) => {
    // The page is laid out for print as soon as this returns.
    flushSync(() => { printing.set(isPrinting); });
    if (isPrinting) document.documentElement.dataset.theme = "light";
    else applyTheme();
  };
  matchMedia("print").addEventListener("change", ({ matches }) => { set(matches); });
  window.addEventListener("beforeprint", () => { set(true); });
  window.addEventListener("afterprint", () => { set(false); });
}
