/** Edges by name; pressed, one is chosen on the map and shown in full. */
import { Fragment } from "react";
import { labelOf } from "../../../../format/names";
import { texts } from "../../../../texts/en";
import type { Address } from "../../address";
import css from "./Verdict.module.css";

interface Props {
  readonly edges: readonly { readonly code: string; readonly name: string }[];
  readonly onGo: (change: Partial<Address>) => void;
}

export function EdgeButtons({ edges, onGo }: Props) {
  return edges.map((edge, place) => (
    <Fragment key={edge.code}>
      {place === 0 ? null : ", "}
      <button type="button" className={css.edge} title={texts.edge.choose} onClick={() => { onGo({ edge: edge.code }); }}>{labelOf(edge)}</button>
    </Fragment>
  ));
}
