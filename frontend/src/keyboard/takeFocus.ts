/** As a ref of what takes the place of a button: where the keyboard was is nowhere then. */
export function takeFocus(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus({ preventScroll: true });
}
