/** What the colours and shapes of the map mean. */
import { texts } from "../../../texts/en";
import type { View } from "../address";
import css from "./Legend.module.css";

const RAMPS: Record<View, readonly { readonly token: string; readonly text: string }[]> = {
  worst: ramp(),
  expected: ramp(),
  pressure: ["u1", "u2", "u3", "u4", "u5", "u6"].map((token, place) => ({ token, text: texts.legend.pressure[place] ?? "" })),
  free: ["free-0", "free-1", "free-2", "free-3", "free-4", "free-5", "free-6"].map((token, place) => ({
    token,
    text: texts.legend.free[place] ?? "",
  })),
};

const SHAPES = [
  { name: "entry", path: "M0,-5l5,9h-10z" },
  { name: "exit", path: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0" },
  { name: "station", path: "M0,-5l5,5l-5,5l-5,-5z" },
  { name: "own", path: "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0" },
] as const;

function ramp(): { token: string; text: string }[] {
  return texts.legend.use.map((text, place) => ({ token: `u${String(place)}`, text }));
}

export function Legend({ view, attribution }: { readonly view: View; readonly attribution: string }) {
  return (
    <div className={css.legend}>
      <span>{texts.legend.title[view]}</span>
      <ol className={css.ramp}>
        {RAMPS[view].map(({ token, text }) => (
          <li key={token} data-full={token === "u6" ? "" : undefined}>
            <i style={{ backgroundColor: `var(--${token})` }} />
            {text}
          </li>
        ))}
      </ol>
      <span className={css.shapes}>
        {SHAPES.map(({ name, path }) => (
          <span key={name} data-shape={name}>
            <svg width="11" height="11" viewBox="-6 -6 12 12" aria-hidden="true"><path d={path} /></svg>
            {texts.legend.shapes[name]}
          </span>
        ))}
      </span>
      <span className={css.attribution} title={attribution}>{attribution}</span>
    </div>
  );
}
