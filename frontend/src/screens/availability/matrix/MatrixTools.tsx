/** Of which gas days, which paths, in which order; proving them, and the file. */
import type { Days } from "../../../format/days";
import { addDays, parseGasDay } from "../../../format/days";
import { Button } from "../../../parts/button/Button";
import { Segments } from "../../../parts/segments/Segments";
import { availabilityTexts } from "../../../texts/availability";
import { texts } from "../../../texts/en";
import { SIDES } from "../address";
import { NeedField } from "../NeedField";
import type { Shown } from "../shown";
import type { Arranged } from "./arrange";
import { FilterField } from "./FilterField";
import css from "./Matrix.module.css";
import type { Paths } from "./paths";
import { mayHave, standingOf } from "./paths";
import type { AskedPaths } from "./usePaths";

interface Props {
  readonly shown: Shown;
  readonly days: Days;
  readonly asked: AskedPaths;
  readonly arranged: Arranged | undefined;
  readonly onExport: () => void;
}

const { matrix } = availabilityTexts;
const DOWN = SIDES.map((value) => ({ value, text: matrix.down[value] }));
const ORDERS = (["name", "free"] as const).map((value) => ({ value, text: matrix.orders[value] }));

export function MatrixTools({ shown: { network, address, onGo }, days, asked, arranged, onExport }: Props) {
  return (
    <div className={css.tools} role="search" aria-label={matrix.filter} onKeyDown={leaveOnEscape}>
      <div className={css.line}>
        <DaysFields days={days} onDays={(next) => { onGo(next); }} />
        <FilterField name="entry" label={matrix.filterSide.entries} text={address.entry} onText={(entry) => { onGo({ entry }); }} />
        <FilterField name="exit" label={matrix.filterSide.exits} text={address.exit} onText={(exit) => { onGo({ exit }); }} />
        <NeedField unit={network.unit} need={address.need} onNeed={(need) => { onGo({ need }); }} />
        <span role="status" className={css.count}>
          {asked.paths === undefined || arranged === undefined ? "" : counted(asked.paths, arranged, address.need)}
        </span>
      </div>
      {arranged === undefined ? null : (
        <div className={css.line}>
          <Segments label={matrix.rows} options={DOWN} value={arranged.rowsAre} onChange={(rows) => { onGo({ rows, by: undefined }, true); }} />
          <Segments
            label={matrix.order}
            options={ORDERS}
            value={address.order ?? "name"}
            onChange={(order) => { onGo({ order: order === "free" ? order : undefined, by: undefined }, true); }}
          />
          <span className={css.acts}>
            <Verify asked={asked} arranged={arranged} />
            <Button shortcut="E" title={matrix.exportWhy} disabled={arranged.paths.length === 0} onClick={onExport}>{matrix.export}</Button>
          </span>
        </div>
      )}
    </div>
  );
}

/** Leave a field, so that keys act on the screen again. */
function leaveOnEscape({ key, target }: { readonly key: string; readonly target: EventTarget }): void {
  if (key === "Escape" && target instanceof HTMLInputElement) target.blur();
}

function counted({ all }: Paths, { paths }: Arranged, need: Shown["address"]["need"]): string {
  if (need === undefined) return matrix.shown(paths.length, all.length);
  const enough = paths.filter((path) => mayHave(path, need));
  const proved = enough.filter((path) => standingOf(path) === "proved").length;
  return matrix.enough(proved, enough.length - proved, all.length);
}

/** How many routes one question may have. */
const ROUTES_MAX = 500;

function Verify({ asked: { paths, isVerifying, onVerify }, arranged }: Pick<Props, "asked"> & { readonly arranged: Arranged }) {
  const bounds = arranged.paths.filter((path) => standingOf(path) === "bound");
  if (bounds.length === 0 || paths === undefined) return null;
  const areTooMany = bounds.length > ROUTES_MAX;
  return (
    <Button
      disabled={isVerifying || areTooMany}
      title={areTooMany ? matrix.verifyTooMany(ROUTES_MAX) : matrix.verifyWhy(texts.levels[paths.demanded])}
      onClick={() => { onVerify(bounds); }}
    >
      {isVerifying ? matrix.verifying(bounds.length) : matrix.verify(bounds.length)}
    </Button>
  );
}

function DaysFields({ days: { start, end }, onDays }: { readonly days: Days; readonly onDays: (days: Days) => void }) {
  return (
    <span className={css.days}>
      <input
        type="date" name="start" required aria-label={texts.request.start} title={texts.request.start} value={start}
        onChange={(event) => {
          const first = parseGasDay(event.target.value);
          if (first !== undefined) onDays({ start: first, end: end > first ? end : addDays(first, 1) });
        }}
      />
      <span aria-hidden="true">–</span>
      <input
        type="date" name="end" required aria-label={texts.request.end} title={texts.request.end} min={start} value={addDays(end, -1)}
        onChange={(event) => {
          const last = parseGasDay(event.target.value);
          if (last !== undefined && last >= start) onDays({ start, end: addDays(last, 1) });
        }}
      />
    </span>
  );
}
