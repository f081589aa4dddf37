/** Stands in for the command palette while that is loaded, and keeps what is typed meanwhile. */
import { texts } from "../../texts/en";
import css from "./Palette.module.css";

export interface Begun {
  readonly text: string;
  /** Whether it was ended with Enter. */
  readonly isEntered: boolean;
}

interface Props {
  readonly begun: Begun;
  readonly onType: (begun: Begun) => void;
  readonly onClose: () => void;
}

export function EarlyPalette({ begun: { text }, onType, onClose }: Props) {
  return (
    <>
      <div className={css.backdrop} />
      <div role="dialog" className={css.palette} aria-label={texts.palette.label}>
        <input
          autoFocus
          className={css.input}
          placeholder={texts.palette.placeholder}
          aria-label={texts.palette.placeholder}
          value={text}
          onChange={(event) => { onType({ text: event.target.value, isEntered: false }); }}
          onKeyDown={({ key }) => {
            if (key === "Enter") onType({ text, isEntered: true });
            else if (key === "Escape") onClose();
          }}
        />
      </div>
    </>
  );
}
