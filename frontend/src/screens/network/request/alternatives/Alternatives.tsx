/** What could be had instead: a key takes one into the request, which then shows its price and books it. */
import { useKeys } from "../../../../keyboard/useKeys";
import { Key } from "../../../../parts/key/Key";
import { texts } from "../../../../texts/en";
import type { Address } from "../../address";
import type { Shown } from "../../shown";
import type { CapacityRequest } from "../draft";
import type { Refusal } from "../queries";
import css from "./Alternatives.module.css";
import { offersOf, waysOf } from "./ways";

interface Props {
  readonly refusal: Refusal;
  readonly request: CapacityRequest;
  readonly shown: Shown;
  readonly onGo: (change: Partial<Address>) => void;
}

export function Alternatives({ refusal, request, shown, onGo }: Props) {
  const ways = waysOf(refusal, request, shown);
  const offers = offersOf(refusal);
  useKeys(Object.fromEntries(ways.map(({ change }, place) => [String(place + 1), () => { onGo(change); }])));
  if (ways.length + offers.length === 0) return <p className={css.none}>{texts.alternatives.none}</p>;
  return (
    <section aria-label={texts.alternatives.title}>
      <h3 className={css.title}>{texts.alternatives.title} <span>{texts.alternatives.keys}</span></h3>
      {ways.map(({ key, title, note, price, change }, place) => (
        <button key={key} type="button" className={css.way} onClick={() => { onGo(change); }}>
          <Key>{String(place + 1)}</Key>
          <span>
            <b>{title}</b>
            <small>{note}</small>
          </span>
          <span className={css.price}>{price}</span>
        </button>
      ))}
      {offers.map(({ key, title, note }) => (
        <p key={key} className={css.offer}>
          <b>{title}</b>
          <small>{note}</small>
        </p>
      ))}
    </section>
  );
}
