/** What a contract came from and what it was passed on to: as a ribbon, and as a table. */
import { Link } from "@tanstack/react-router";
import { session } from "../../../../api/session";
import { useStore } from "../../../../api/store";
import type { CommercialUnit } from "../../../../format/amounts";
import { unitName, whole } from "../../../../format/amounts";
import { fullDays } from "../../../../format/days";
import { useSize } from "../../../../layout/useSize";
import { texts } from "../../../../texts/en";
import type { LineageMember } from "../../queries";
import css from "./Lineage.module.css";
import { ribbonOf } from "./ribbon";

interface Props {
  readonly members: readonly LineageMember[];
  readonly code: string;
  readonly network: string;
  readonly unit: CommercialUnit;
}

const BOX = { width: 150, height: 60 };
const PITCH = 68;
const RIBBON_MAX = 12;
const SIDE = 12;

export function Lineage({ members, code, network, unit }: Props) {
  const own = useStore(session)?.viewer.party?.id;
  return (
    <section aria-label={texts.portfolio.lineage}>
      <h3 className={css.heading}>{texts.portfolio.lineage}</h3>
      {members.length < 2 ? <p className={css.none}>{texts.portfolio.notPassedOn}</p> : (
        <>
          <Ribbon {...{ members, code, unit, own }} />
          <table className={css.table}>
            <thead>
              <tr>
                {texts.portfolio.lineageColumns(unitName(unit)).map((column, place) => (
                  <th key={column} scope="col" className={place === 3 ? css.number : undefined}>{column}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.code} aria-current={member.code === code ? "true" : undefined}>
                  <th scope="row">
                    {member.contract !== null && member.holder.id === own && member.code !== code ? (
                      <Link to="/networks/$network/portfolio" params={{ network }} search={{ contract: member.code }}>{member.code}</Link>
                    ) : member.code}
                    <small>{texts.causes[member.cause]}, {texts.portfolio.states[member.state]}</small>
                  </th>
                  <td>{member.holder.id === own ? texts.portfolio.you : member.holder.name}</td>
                  <td>{fullDays(member.period)}</td>
                  <td className={css.number}>{whole(member.quantity)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

type RibbonProps = Omit<Props, "network"> & { readonly own: string | undefined };

function Ribbon({ members, code, unit, own }: RibbonProps) {
  const [frame, { width }] = useSize<HTMLDivElement>();
  const boxes = ribbonOf(members);
  const columns = Math.max(...boxes.map(({ column }) => column)) + 1;
  const rows = Math.max(...boxes.map(({ row }) => row)) + 1;
  const breadth = Math.max(width, columns * (BOX.width + 30));
  const pitch = columns === 1 ? 0 : (breadth - 2 * SIDE - BOX.width) / (columns - 1);
  const x = (column: number): number => SIDE + column * pitch;
  const y = (row: number): number => 4 + row * PITCH;
  return (
    <div ref={frame} className={css.ribbon} tabIndex={breadth > width ? 0 : undefined}>
      {width === 0 ? null : (
        <svg width={breadth} height={rows * PITCH + 4} role="img" aria-label={texts.portfolio.lineage}>
          {boxes.map(({ member, column, row, from, breadth: part }) => {
            if (from === undefined) return null;
            const [ax, ay, bx, by] = [x(from.column) + BOX.width, y(from.row) + BOX.height / 2, x(column), y(row) + BOX.height / 2];
            const reach = (bx - ax) / 2;
            return (
              <path
                key={member.code}
                className={css.link}
                data-own={member.holder.id === own ? "" : undefined}
                strokeWidth={Math.max(1.5, part * RIBBON_MAX)}
                d={`M${String(ax)},${String(ay)}C${String(ax + reach)},${String(ay)} ${String(bx - reach)},${String(by)} ${String(bx)},${String(by)}`}
              />
            );
          })}
          {boxes.map(({ member, column, row }) => (
            <g key={member.code} className={css.box} data-chosen={member.code === code ? "" : undefined}>
              <rect x={x(column)} y={y(row)} {...BOX} rx={4} />
              <text className={css.cause} x={x(column) + 8} y={y(row) + 17}>{texts.causes[member.cause]}</text>
              <text className={css.holder} x={x(column) + 8} y={y(row) + 34}>{member.holder.id === own ? texts.portfolio.you : member.holder.name}</text>
              <text className={css.holder} x={x(column) + 8} y={y(row) + 51}>{`${whole(member.quantity)} ${unitName(unit)}`}</text>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
