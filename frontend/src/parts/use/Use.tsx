import { percent } from "../../format/percent";
import { classOfUse } from "../network_map/scene";
import css from "./Use.module.css";

/** How full something is: a bar in the colour of the map, and the figure. */
export function Use({ share }: { readonly share: number }) {
  return (
    <span className={css.use}>
      <span className={css.bar}>
        <i style={{ width: `${String(Math.min(100, share * 100))}%`, background: `var(--u${String(Math.min(6, classOfUse(share)))})` }} />
      </span>
      {percent(share)}
    </span>
  );
}
