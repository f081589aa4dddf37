import type { ComponentProps } from "react";
import { useAnnouncement } from "./announce";

interface Props extends Omit<ComponentProps<"p">, "children"> {
  readonly children: string;
}

/** A line that is said, too. */
export function Spoken({ children, ...rest }: Props) {
  useAnnouncement(() => children);
  return <p {...rest}>{children}</p>;
}
