import { live } from "../api/live";
import { useStore } from "../api/store";
import { LOCALE } from "../format/locale";
import { texts } from "../texts/en";
import css from "./LiveState.module.css";

const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });

/** Whether events arrive; a loss says since when and why, and is announced. */
export function LiveState() {
  const current = useStore(live);
  const text = "since" in current ? texts.shell[current.state](TIME.format(current.since)) : texts.shell[current.state];
  return (
    <span className={css.live} role="status" data-state={current.state} title={text}>
      <i />
      <span className={"since" in current ? undefined : "hidden"}>{text}</span>
    </span>
  );
}
