import type { ReactNode } from "react";
import { unitName, whole } from "../../../format/amounts";
import { fullDays } from "../../../format/days";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import { Closes } from "../Closes";
import { methodOf, routesOf, shortMethodOf } from "../describe";
import type { Release } from "../queries";
import type { Shown } from "../shown";
import css from "./Lists.module.css";
import { RowLink } from "./RowLink";
import { Table } from "./Table";

interface Props {
  readonly releases: readonly Release[];
  /** Those that are over and concern one's party. */
  readonly decided: readonly Release[];
  readonly shown: Shown;
}

export function ReleaseTable({ releases, decided, shown }: Props) {
  const { network } = shown;
  const columns = [
    { name: marketTexts.release.releasing },
    { name: texts.portfolio.route },
    { name: texts.portfolio.days },
    { name: unitName(network.unit), isNumber: true },
    { name: marketTexts.release.method },
    { name: marketTexts.call.closesIn, isNumber: true },
  ];
  return (
    <Table title={marketTexts.lists.releases} count={releases.length} rows={releases.length + decided.length} columns={columns} empty={marketTexts.empty.releases}>
      <tbody>
        {releases.map((release) => (
          <Row key={release.id} release={release} shown={shown}><Closes at={release.bidsCloseAt} clock={network.clock} /></Row>
        ))}
      </tbody>
      {decided.length === 0 ? null : (
        <tbody>
          <tr className={css.group}><th colSpan={6} scope="rowgroup">{marketTexts.release.decided}</th></tr>
          {decided.map((release) => (
            <Row key={release.id} release={release} shown={shown}>
              <Tag tone={release.state === "AWARDED" ? "yes" : "plain"}>{marketTexts.release.statesShort[release.state]}</Tag>
            </Row>
          ))}
        </tbody>
      )}
    </Table>
  );
}

function Row({ release, shown, children }: { readonly release: Release; readonly shown: Shown; readonly children: ReactNode }) {
  const { address, caller } = shown;
  return (
    <tr data-chosen={release.id === address.release ? "" : undefined}>
      <td className={css.name}>{release.releasing.id === caller.party ? <Tag tone="yes">{marketTexts.yours}</Tag> : release.releasing.name}</td>
      <td><RowLink chosen={{ release: release.id }} isChosen={release.id === address.release} shown={shown}>{routesOf(release.capacity.routes)}</RowLink></td>
      <td className={css.muted}>{fullDays(release.capacity.period)}</td>
      <td className={css.number}>{whole(release.quantity)}</td>
      <td className={css.muted}><span title={methodOf(release)}>{shortMethodOf(release)}</span></td>
      <td className={css.number}>{children}</td>
    </tr>
  );
}
