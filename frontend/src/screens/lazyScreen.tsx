import type { ComponentType, FunctionComponent } from "react";
import { createElement } from "react";
import { Button } from "../parts/button/Button";
import { Notice } from "../parts/notice/Notice";
import { texts } from "../texts/en";

/** The router waits for it before it shows it. */
type LazyScreen = FunctionComponent & { readonly preload: () => Promise<void> };

/**
 * A screen that comes in a file of its own. Where that cannot be fetched it says so, and the page is loaded anew by who wants it: that ends
 * the session, so it is not done unasked, as the router's own lazy components do. Browsers remember the failure, so to fetch it again is no use.
 */
export function lazyScreen<Module extends object>(fetchModule: () => Promise<Module>, name: string & keyof Module): LazyScreen {
  let found: ComponentType | undefined;
  const preload = async (): Promise<void> => {
    if (found !== undefined) return;
    // That it failed is said in its place.
    const module = await fetchModule().catch(() => undefined);
    if (module !== undefined) found = module[name] as ComponentType;
  };
  function LazyScreen() {
    if (found !== undefined) return createElement(found);
    return (
      <Notice isFault title={texts.faults.notLoaded} action={<Button onClick={() => { window.location.reload(); }}>{texts.faults.reload}</Button>}>
        {texts.faults.notLoadedWhy}
      </Notice>
    );
  }
  return Object.assign(LazyScreen, { preload });
}
