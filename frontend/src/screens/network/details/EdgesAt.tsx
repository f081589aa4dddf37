/** The edges at a point, to be chosen: on the map only a pointer can. */
import { labelOf } from "../../../format/names";
import { texts } from "../../../texts/en";
import type { Address } from "../address";
import type { PublishedNetwork } from "../queries";
import css from "./Details.module.css";

interface Props {
  readonly network: PublishedNetwork;
  readonly node: string;
  readonly nameOf: (code: string) => string;
  readonly onGo: (change: Partial<Address>) => void;
}

export function EdgesAt({ network: { edges }, node, nameOf, onGo }: Props) {
  const near = edges.filter(({ tail, head }) => tail.code === node || head.code === node);
  return (
    <>
      <h3 className={css.heading}>{texts.edge.at(nameOf(node))}</h3>
      <ul className={css.edges}>
        {near.map((edge) => (
          <li key={edge.code}>
            <button type="button" className={css.edge} onClick={() => { onGo({ edge: edge.code }); }}>{labelOf(edge)}</button>
            <span className={css.none}>{texts.edge.towards(nameOf(edge.tail.code === node ? edge.head.code : edge.tail.code))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
