/** What of a contract can still be offered, what holds the rest, and which of one's offers it stands behind. */
import { useQuery } from "urql";
import type { CommercialUnit } from "../../../format/amounts";
import { unitName, unitPrice, whole } from "../../../format/amounts";
import type { Days } from "../../../format/days";
import { fullDays } from "../../../format/days";
import { Partly } from "../../../parts/notice/Partly";
import { texts } from "../../../texts/en";
import type { ContractDetails, OwnOffers } from "../queries";
import { OwnOffersDocument } from "../queries";
import css from "./ContractPanel.module.css";

interface Props {
  readonly contract: ContractDetails;
  readonly network: string;
}

export function Free({ contract, network }: Props) {
  const { free, holds, unit } = contract;
  return (
    <>
      <table className={css.table}>
        <caption>{texts.portfolio.free(unitName(unit))}</caption>
        <thead>
          <tr>
            {texts.portfolio.freeColumns.map((column, place) => <th key={column} scope="col" className={place === 0 ? undefined : css.number}>{column}</th>)}
          </tr>
        </thead>
        <tbody>
          {free.map((row) => (
            <tr key={row.period.start}>
              <th scope="row">{fullDays(row.period)}</th>
              <td className={css.number}>{whole(row.quantity)}</td>
              <td className={css.number}>{whole(row.passedOn)}</td>
              <td className={css.number}>{whole(row.held)}</td>
              <td className={css.number}><b>{whole(row.free)}</b></td>
            </tr>
          ))}
        </tbody>
      </table>
      {holds.length === 0 ? null : (
        <table className={css.table}>
          <caption>{texts.portfolio.holds(unitName(unit))}</caption>
          <tbody>
            {holds.map(({ cause, heldFor, period, quantity }) => (
              <tr key={`${heldFor} ${period.start}`}>
                <th scope="row">{texts.portfolio.holdCauses[cause]}</th>
                <td>{fullDays(period)}</td>
                <td className={css.number}>{whole(quantity)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Offers code={contract.code} network={network} unit={unit} />
    </>
  );
}

interface Offer {
  readonly id: string;
  readonly name: string;
  readonly days: Days;
  readonly quantity: string;
  readonly price: string;
}

function Offers({ code, network, unit }: { readonly code: string; readonly network: string; readonly unit: CommercialUnit }) {
  const [{ data, error }] = useQuery({ query: OwnOffersDocument, variables: { network } });
  const offers = data === undefined ? [] : offersOf(data, code);
  if (error !== undefined) return <Partly error={error} />;
  if (offers.length === 0) return null;
  return (
    <table className={css.table}>
      <caption>{texts.portfolio.offers(unitName(unit))}</caption>
      <tbody>
        {offers.map(({ id, name, days, quantity, price }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{fullDays(days)}</td>
            <td className={css.number}>{quantity}</td>
            <td className={css.number}>{price}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isOf = (code: string) => ({ contract }: { readonly contract: { readonly code: string } | null }): boolean => contract?.code === code;

function offersOf({ ownListings, ownCallsForOrders, ownReleaseOffers }: OwnOffers, code: string): Offer[] {
  const listings = ownListings.edges.map(({ node }) => node).filter(isOf(code)).map((one): Offer => ({
    id: one.id,
    name: texts.portfolio.listing(texts.causes[one.kind], one.isFirm),
    days: one.capacity.period,
    quantity: whole(one.remaining),
    price: unitPrice(one.pricePerUnitDay, one.currency),
  }));
  const calls = ownCallsForOrders.edges.map(({ node }) => node).filter(isOf(code)).map((one): Offer => ({
    id: one.id,
    name: texts.portfolio.call(texts.causes[one.kind], one.isFirm),
    days: one.capacity.period,
    quantity: whole(one.remaining),
    price: texts.portfolio.atLeast(unitPrice(one.limitPrice, one.currency)),
  }));
  const releases = ownReleaseOffers.edges.map(({ node }) => node).filter(isOf(code)).map((one): Offer => ({
    id: one.id,
    name: texts.portfolio.release(one.recallable),
    days: one.capacity.period,
    quantity: whole(one.quantity),
    price: texts.portfolio.atLeast(unitPrice(one.minimumRate, one.currency)),
  }));
  return [...listings, ...calls, ...releases];
}
