/** Find a point, a network, a screen or an action by typing. */
import { Combobox, ComboboxItem, ComboboxList, ComboboxProvider, Dialog } from "@ariakit/react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { end } from "../../api/session";
import { texts } from "../../texts/en";
import { theme, toggleTheme } from "../../theme/theme";
import type { ListedNetwork } from "../queries";
import type { Command } from "./commands";
import { commandsOf, matching } from "./commands";
import css from "./Palette.module.css";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly networks: readonly ListedNetwork[];
  readonly network: ListedNetwork | undefined;
}

export function Palette({ isOpen, onClose, networks, network }: Props) {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  const found = isOpen ? matching(commandsOf(networks, network, theme.get()), text) : [];
  const close = () => {
    setText("");
    onClose();
  };
  const run = ({ act }: Command) => {
    close();
    switch (act.kind) {
      case "go":
        void navigate({ to: "/networks/$network", params: { network: act.network }, search: act.search });
        break;
      case "settlement":
        void navigate({ to: "/settlement", search: { show: act.show } });
        break;
      case "sign out":
        end();
        break;
      case "theme":
        toggleTheme();
        break;
    }
  };
  return (
    <Dialog open={isOpen} onClose={close} className={css.palette} backdrop={<div className={css.backdrop} />} aria-label={texts.palette.label} unmountOnHide>
      <ComboboxProvider open inputValue={text} setInputValue={setText} focusLoop>
        <Combobox autoSelect="always" autoFocus className={css.input} placeholder={texts.palette.placeholder} aria-label={texts.palette.placeholder} />
        <ComboboxList className={css.list} alwaysVisible>
          {found.length === 0 ? <p className={css.nothing}>{texts.palette.nothing}</p> : null}
          {found.map((command) => (
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
      </ComboboxProvider>
    </Dialog>
  );
}
