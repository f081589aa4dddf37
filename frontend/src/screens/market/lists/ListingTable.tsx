import { price, priceUnit, unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { isLess } from "../../../format/drawing";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { routesOf } from "../describe";
import type { Listing } from "../queries";
import type { Shown } from "../shown";
import css from "./Lists.module.css";
import { RowLink } from "./RowLink";
import { Table } from "./Table";

interface Props {
  readonly listings: readonly Listing[];
  readonly shown: Shown;
}

export function ListingTable({ listings, shown }: Props) {
  const { network, address, caller } = shown;
  const columns = [
    { name: texts.portfolio.route },
    { name: texts.portfolio.days },
    { name: unitName(network.unit), isNumber: true },
    { name: priceUnit(network.currency, network.unit), isNumber: true },
    { name: marketTexts.passesShort },
  ];
  return (
    <Table title={marketTexts.lists.listings} count={listings.length} columns={columns} empty={marketTexts.empty.listings}>
      <tbody>
        {listings.map((listing) => (
          <tr key={listing.id} data-chosen={listing.id === address.listing ? "" : undefined}>
            <td><RowLink chosen={{ listing: listing.id }} isChosen={listing.id === address.listing} shown={shown}>{routesOf(listing.capacity.routes)}</RowLink></td>
            <td className={css.muted}>{fullDays(listing.capacity.period)}</td>
            <td className={css.number}>
              {isLess(listing.remaining, listing.quantity) ? <i className={css.part} title={marketTexts.partly(whole(listing.quantity))}><span className="hidden">{marketTexts.partly(whole(listing.quantity))}</span></i> : null}
              {whole(listing.remaining)}
            </td>
            <td className={css.number}><b>{price(listing.pricePerUnitDay)}</b></td>
            <td className={css.muted}>
              {marketTexts.kindsShort[listing.kind]} {listing.seller?.id === caller.party ? <Tag tone="yes">{marketTexts.yours}</Tag> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
