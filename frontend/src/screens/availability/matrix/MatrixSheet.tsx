/** Every path over the gas days of the address: what it offers throughout, how far that is proved, and what it costs. */
import { useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import type { CombinedError } from "urql";
import { useSettled } from "../../../api/useSettled";
import { shortUnitName } from "../../../format/amounts";
import { addDays, fullDays } from "../../../format/days";
import { useKeys } from "../../../keyboard/useKeys";
import { Button } from "../../../parts/button/Button";
import { download } from "../../../parts/file/download";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { availabilityTexts } from "../../../texts/availability";
import { texts } from "../../../texts/en";
import { daysOf } from "../../network/request/draft";
import type { Shown } from "../shown";
import type { Arranged } from "./arrange";
import { arrange } from "./arrange";
import { csvOf } from "./csv";
import { mostOf } from "./grid/cell";
import { MatrixGrid } from "./grid/MatrixGrid";
import css from "./Matrix.module.css";
import { MatrixTools } from "./MatrixTools";
import type { Path, Paths } from "./paths";
import { usePaths } from "./usePaths";

const { matrix } = availabilityTexts;

export function MatrixSheet(shown: Shown) {
  const { network, address, today, nameOf, onGo } = shown;
  // Those of a request that has none, so that one leads to the other.
  const { start, end } = daysOf(address, today);
  const days = useMemo(() => ({ start, end }), [start, end]);
  const asked = usePaths(network.code, useSettled(days));
  const { paths, error } = asked;
  const { by, entry, exit, need, order, rows } = address;
  const arranged = useMemo(
    () => (paths?.onSale === undefined ? undefined : arrange(paths.all, { by, entry, exit, need, order, rows }, nameOf)),
    [paths, by, entry, exit, need, order, rows, nameOf],
  );
  const save = () => {
    if (paths === undefined || arranged === undefined || arranged.paths.length === 0) return;
    const name = matrix.file(network.code, paths.days.start, addDays(paths.days.end, -1));
    download(name, csvOf(arranged.paths, paths, network.unit, nameOf), "text/csv;charset=utf-8");
  };
  useKeys({ e: save, E: save });
  return (
    <>
      <MatrixTools {...{ shown, days, asked, arranged }} onExport={save} />
      {error === undefined ? null : (
        <div className={css.fault}>
          {isRefused(error) ? <Refused error={error} onCalendar={() => { onGo({ view: undefined }, true); }} /> : <Fault error={error} onRetry={asked.onRetry} />}
        </div>
      )}
      {paths === undefined ? error === undefined ? <Skeleton rows={20} /> : null : (
        <Answered shown={shown} paths={paths} arranged={arranged} isBusy={asked.isFetching} />
      )}
    </>
  );
}

/** Asked again it would be refused again. */
const isRefused = ({ graphQLErrors }: CombinedError): boolean => graphQLErrors.some(({ extensions }) => extensions.code === "INVALID_INPUT");

function Refused({ error, onCalendar }: { readonly error: CombinedError; readonly onCalendar: () => void }) {
  return (
    <Notice isFault title={texts.faults.refused} action={<Button onClick={onCalendar}>{matrix.toCalendar}</Button>}>
      {error.graphQLErrors.map(({ message }) => message).join("\n")} {matrix.refusedWhy}
    </Notice>
  );
}

interface AnsweredProps {
  readonly shown: Shown;
  readonly paths: Paths;
  readonly arranged: Arranged | undefined;
  readonly isBusy: boolean;
}

function Answered({ shown: { network, address, nameOf, onGo }, paths, arranged, isBusy }: AnsweredProps) {
  const router = useRouter();
  const { need } = address;
  const { currency, days, demanded, onSale } = paths;
  const { code, unit } = network;
  const context = useMemo(
    () => ({ unit, currency, demanded, most: mostOf(arranged?.paths ?? []), need, nameOf }),
    [unit, currency, demanded, arranged, need, nameOf],
  );
  const hrefOf = useMemo(() => {
    const screen = router.buildLocation({ to: "/networks/$network", params: { network: code } }).publicHref;
    return ({ receipt, delivery }: Path) => screen + router.options.stringifySearch({ receipt, delivery, quantity: need, ...onSale });
  }, [router, code, need, onSale]);

  if (paths.all.length === 0) return <Notice title={matrix.noPaths.title}>{matrix.noPaths.why}</Notice>;
  if (onSale === undefined || arranged === undefined) {
    const { title, why } = matrix.notOnSale[paths.notOnSale ?? "TOO_LATE"];
    return <Notice title={title}>{why}</Notice>;
  }
  if (arranged.paths.length === 0) {
    const clear = () => { onGo({ entry: undefined, exit: undefined, need: undefined }, true); };
    return <Notice title={matrix.nothing.title} action={<Button onClick={clear}>{matrix.nothing.clear}</Button>}>{matrix.nothing.why}</Notice>;
  }
  const isPart = onSale.start !== days.start || onSale.end !== days.end;
  return (
    <>
      {isPart ? <p className={css.notice}>{matrix.partly(fullDays(onSale))}</p> : null}
      <MatrixGrid
        {...{ arranged, context, isBusy, hrefOf }}
        label={matrix.title(fullDays(onSale), shortUnitName(unit))}
        onOpen={(href) => { router.history.push(href); }}
        onOrder={(by) => { onGo({ by, order: undefined }, true); }}
      />
    </>
  );
}
