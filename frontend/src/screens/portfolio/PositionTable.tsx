/** What one's party has on each route, as arithmetic that the API made: acquired, passed on, promised, free. */
import type { CommercialUnit } from "../../format/amounts";
import { unitName, whole } from "../../format/amounts";
import { fullDays } from "../../format/days";
import { texts } from "../../texts/en";
import css from "./PortfolioScreen.module.css";
import type { OwnPositions } from "./queries";
import { coloursOf, heldPositions } from "./rights/held";
import { routeName } from "./routeName";

interface Props {
  readonly routes: readonly OwnPositions[];
  readonly by: "firmness" | "point";
  readonly unit: CommercialUnit;
}

export function PositionTable({ routes, by, unit }: Props) {
  const held = heldPositions(routes);
  const colours = coloursOf(held, by, "");
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {texts.portfolio.positionColumns(unitName(unit)).map((column, place) => (
            <th key={column} scope="col" className={place < 3 ? undefined : css.number}>{column}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {routes.flatMap(({ route, firmness, positions }, place) =>
          positions.map((position) => (
            <tr key={`${held[place]?.key ?? ""} ${position.period.start}`}>
              <td>
                <i className={css.swatch} style={{ background: colours.get(held[place]?.key ?? "") }} />
                {routeName(route)}
              </td>
              <td className={css.muted}>{texts.firmness[firmness]}</td>
              <td className={css.muted}>{fullDays(position.period)}</td>
              <td className={css.number}>{whole(position.acquired)}</td>
              <td className={css.number}>{whole(position.traded)}</td>
              <td className={css.number}>{whole(position.released)}</td>
              <td className={css.number}>{whole(position.held)}</td>
              <td className={css.number}>{whole(position.listed)}</td>
              <td className={css.number}><b>{whole(position.free)}</b></td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
