/** Find a point, a contract, a screen or an action by typing, or say in a sentence what is wanted. */
import { Combobox, ComboboxItem, ComboboxList, ComboboxProvider, Dialog } from "@ariakit/react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useMutation } from "urql";
import { EXPLORER_URL } from "../../api/place";
import { end, SignOut } from "../../api/session";
import { texts } from "../../texts/en";
import { toggleTheme } from "../../theme/theme";
import type { ListedNetwork } from "../queries";
import type { Command } from "./commands";
import type { Begun } from "./EarlyPalette";
import css from "./Palette.module.css";
import { usePalette } from "./usePalette";

interface Props {
  readonly isOpen: boolean;
  /** What was typed before this was loaded. */
  readonly begun: Begun;
  readonly onClose: () => void;
  readonly networks: readonly ListedNetwork[];
  readonly network: ListedNetwork | undefined;
}

export function Palette({ isOpen, begun, onClose, networks, network }: Props) {
  const [text, setText] = useState(begun.text);
  const navigate = useNavigate();
  const [, signOut] = useMutation(SignOut);
  const { commands, problem, shown } = usePalette(isOpen, text, networks, network);
  const [fault, setFault] = useState<string>();
  const change = (next: string) => {
    setText(next);
    setFault(undefined);
  };
  const close = () => {
    change("");
    onClose();
  };
  const copy = async (code: string) => {
    try {
      await navigator.clipboard.writeText(code);
      close();
    } catch {
      // On pages that come without TLS there is nothing to copy with.
      setFault(texts.palette.notCopied(code));
    }
  };
  const run = ({ act }: Command) => {
    if (act.kind !== "copy") close();
    switch (act.kind) {
      case "go":
        void navigate({ to: "/networks/$network", params: { network: act.network }, search: act.isKept === true ? { ...shown, ...act.search } : act.search });
        break;
      case "screen":
        void navigate({ to: act.to, params: { network: act.network } });
        break;
      case "need":
        void navigate({ to: "/networks/$network/availability", params: { network: act.network }, search: { need: act.need } });
        break;
      case "matrix":
        void navigate({ to: "/networks/$network/availability", params: { network: act.network }, search: { view: "matrix" } });
        break;
      case "portfolio":
        void navigate({ to: "/networks/$network/portfolio", params: { network: act.network }, search: act.search });
        break;
      case "offer":
        void navigate({ href: act.href });
        break;
      case "copy":
        void copy(act.text);
        break;
      case "print":
        setTimeout(() => { window.print(); }, 0);
        break;
      case "operator":
        void navigate({ to: "/networks/$network/operator", params: { network: act.network }, search: { part: act.part } });
        break;
      case "buy":
        void navigate({ to: "/networks/$network/market", params: { network: act.network }, search: { buy: "yes" } });
        break;
      case "open":
        void navigate({ to: act.to });
        break;
      case "explore":
        window.open(EXPLORER_URL, "_blank", "noreferrer");
        break;
      case "settlement":
        void navigate({ to: "/settlement", search: { show: act.show } });
        break;
      case "sign out":
        void signOut({ input: {} }).then(() => { end(); });
        break;
      case "theme":
        toggleTheme();
        break;
    }
  };
  const said = fault ?? (commands.length > 0 ? "" : problem ?? texts.palette.nothing);
  const [first] = commands;
  const isDue = begun.isEntered && first !== undefined;
  const runFirst = useEffectEvent(() => { if (first !== undefined) run(first); });
  useEffect(() => {
    if (!isDue) return undefined;
    const timer = setTimeout(runFirst);
    return () => { clearTimeout(timer); };
  }, [isDue]);
  return (
    <Dialog open={isOpen} onClose={close} className={css.palette} backdrop={<div className={css.backdrop} />} aria-label={texts.palette.label} unmountOnHide>
      <ComboboxProvider open inputValue={text} setInputValue={change} focusLoop>
        <Combobox autoSelect="always" autoFocus className={css.input} placeholder={texts.palette.placeholder} aria-label={texts.palette.placeholder} />
        <p className={css.nothing} role="status" hidden={said === ""}>{said}</p>
        <ComboboxList className={css.list} alwaysVisible>
          {commands.map((command) => (
            <ComboboxItem
              key={`${command.kind} ${command.name}`}
              className={css.item}
              value={command.name}
              setValueOnClick={false}
              hideOnClick={false}
              focusOnHover
              onClick={() => { run(command); }}
            >
              {command.name} <span>{texts.palette.kinds[command.kind]}</span>
            </ComboboxItem>
          ))}
        </ComboboxList>
        {text === "" ? <p className={css.hint}>{texts.palette.hint}</p> : null}
      </ComboboxProvider>
    </Dialog>
  );
}
