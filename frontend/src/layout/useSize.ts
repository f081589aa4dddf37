/** How large an element is, and again whenever that changes. */
import type { RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";

interface Size {
  readonly width: number;
  readonly height: number;
}

export function useSize<Element extends HTMLElement>(): readonly [RefObject<Element | null>, Size] {
  const element = useRef<Element>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const seen = element.current;
    if (seen === null) return undefined;
    const observer = new ResizeObserver(() => { setSize({ width: seen.clientWidth, height: seen.clientHeight }); });
    observer.observe(seen);
    return () => { observer.disconnect(); };
  }, []);
  return [element, size];
}
