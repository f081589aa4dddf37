import { Menu, MenuButton, MenuItem, MenuProvider } from "@ariakit/react";
import { useNavigate } from "@tanstack/react-router";
import { unitName } from "../format/amounts";
import menu from "../parts/menu/menu.module.css";
import { labelOf } from "../format/names";
import { texts } from "../texts/en";
import type { ListedNetwork } from "./queries";

interface Props {
  readonly networks: readonly ListedNetwork[];
  readonly network: ListedNetwork;
}

export function NetworkSwitch({ networks, network }: Props) {
  const navigate = useNavigate();
  return (
    <MenuProvider>
      <MenuButton className={menu.button}>
        <span className="hidden">{texts.shell.network}</span>
        <b>{labelOf(network)}</b>
        <span className={menu.note}>{unitName(network.unit)}</span>
      </MenuButton>
      <Menu className={menu.menu} gutter={4} unmountOnHide>
        {networks.map((one) => (
          <MenuItem
            key={one.code}
            className={menu.item}
            onClick={() => { void navigate({ to: "/networks/$network", params: { network: one.code } }); }}
          >
            {labelOf(one)} <span className={menu.note}>{unitName(one.unit)}</span>
          </MenuItem>
        ))}
      </Menu>
    </MenuProvider>
  );
}
