import { Menu, MenuButton, MenuItem, MenuProvider } from "@ariakit/react";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "urql";
import { EXPLORER_URL } from "../api/place";
import { end, session, SignOut } from "../api/session";
import { useStore } from "../api/store";
import menu from "../parts/menu/menu.module.css";
import { texts } from "../texts/en";
import { theme, toggleTheme } from "../theme/theme";

/** Who acts for which party; what is theirs, theme and sign-out. */
export function AccountMenu() {
  const viewer = useStore(session)?.viewer;
  const shade = useStore(theme);
  const [, signOut] = useMutation(SignOut);
  const navigate = useNavigate();
  if (viewer === undefined) return null;
  const party = viewer.party?.name ?? texts.shell.noParty;
  return (
    <MenuProvider placement="bottom-end">
      <MenuButton className={menu.plain} aria-label={texts.shell.account(party)}><b>{party}</b></MenuButton>
      <Menu className={menu.menu} gutter={4} unmountOnHide>
        <p className={menu.line}>{viewer.account?.email}</p>
        <MenuItem className={menu.item} onClick={() => { void navigate({ to: "/account" }); }}>{texts.account.title}</MenuItem>
        <MenuItem className={menu.item} onClick={() => { void navigate({ to: "/administration" }); }}>{texts.administration.title}</MenuItem>
        {EXPLORER_URL === undefined ? null : (
          <MenuItem className={menu.item} render={<a href={EXPLORER_URL} target="_blank" rel="noreferrer">{texts.explorer.title}</a>} />
        )}
        <MenuItem className={menu.item} onClick={toggleTheme}>{texts.shell.theme[shade]}</MenuItem>
        <MenuItem className={menu.item} onClick={() => { void signOut({ input: {} }).then(() => { end(); }); }}>{texts.shell.signOut}</MenuItem>
      </Menu>
    </MenuProvider>
  );
}
