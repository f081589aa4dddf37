/**
 * What a screen reader says by itself: the text of a live region that was on the page before its text changed, and that of an alert. A region
 * that comes together with its text is not heard here, because many screen readers do not say it either.
 */
import type { Page } from "playwright-core";

declare global {
  interface Window {
    /** What was said, oldest first. */
    said: string[];
  }
}

/** Runs in the page, before anything of it. */
export function listen(): void {
  const regions = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
  const last = new WeakMap<Element, string>();
  window.said = [];
  const say = (region: Element) => {
    const text = region.textContent.replace(/\s+/g, " ").trim();
    if (text !== last.get(region) && text !== "" && region.checkVisibility()) window.said.push(text);
    last.set(region, text);
  };
  new MutationObserver((changes) => {
    const heard = new Set<Element>();
    for (const { target, addedNodes } of changes) {
      const region = (target instanceof Element ? target : target.parentElement)?.closest(regions);
      if (region != null) heard.add(region);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const alert of [node, ...node.querySelectorAll("*")]) if (alert.matches("[role=alert]")) heard.add(alert);
      }
    }
    for (const region of heard) say(region);
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

/** Wait until something is said. */
export async function hear(page: Page, text: RegExp, timeout = 30_000): Promise<void> {
  await page.waitForFunction((source) => window.said.some((one) => new RegExp(source).test(one)), text.source, { timeout });
}
