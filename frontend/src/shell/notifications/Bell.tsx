/** What happened to one's own party since one last looked; opening it is looking. */
import { Menu, MenuButton, MenuItem, MenuProvider } from "@ariakit/react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { instant } from "../../format/instants";
import menu from "../../parts/menu/menu.module.css";
import { notificationTexts } from "../../texts/notifications";
import css from "./Bell.module.css";
import type { Notification, Place } from "./notification";
import type { Reader } from "./useNotifications";
import { useNotifications } from "./useNotifications";

const COUNTED_MAX = 99;

export function Bell({ reader }: { readonly reader: Reader }) {
  const { shown, unread, markRead } = useNotifications(reader);
  const [isOpen, setOpen] = useState(false);
  // What was new when it was opened stays marked while it is open.
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const count = unread.size;
  const said = notificationTexts.unread(count);
  const toggle = (open: boolean) => {
    if (open) setMarked(unread);
    if (open || isOpen) markRead();
    setOpen(open);
  };
  return (
    <MenuProvider placement="bottom-end" open={isOpen} setOpen={toggle}>
      <MenuButton className={css.bell} aria-label={notificationTexts.label(count)}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 1.8a4 4 0 0 0-4 4v2.6L2.8 11h10.4L12 8.4V5.8a4 4 0 0 0-4-4ZM6.5 13a1.5 1.5 0 0 0 3 0" />
        </svg>
        {count === 0 ? null : <b aria-hidden="true">{count > COUNTED_MAX ? `${String(COUNTED_MAX)}+` : count}</b>}
      </MenuButton>
      <span role="status" className="hidden">{count === 0 || isOpen ? "" : said}</span>
      <Menu className={`${menu.menu ?? ""} ${css.list ?? ""}`} gutter={4} unmountOnHide aria-label={notificationTexts.title}>
        {shown.length === 0 ? <p className={css.none}>{notificationTexts.none}</p> : null}
        {shown.map((one) => <Row key={one.id} notification={one} isNew={marked.has(one.id) || unread.has(one.id)} />)}
      </Menu>
    </MenuProvider>
  );
}

function Row({ notification: { title, details, at, place }, isNew }: { readonly notification: Notification; readonly isNew: boolean }) {
  return (
    <MenuItem className={css.row} render={linkTo(place)}>
      <b>{title}{isNew ? <span className={css.new}>{notificationTexts.new}</span> : null}</b>
      <span>{details}</span>
      <time dateTime={at}>{instant(at)}</time>
    </MenuItem>
  );
}

function linkTo(place: Place | undefined) {
  if (place === undefined) return <div />;
  const params = { network: place.network };
  if (place.screen === "network") return <Link to="/networks/$network" params={params} />;
  if (place.screen === "market") return <Link to="/networks/$network/market" params={params} search={place.chosen} />;
  return <Link to="/networks/$network/portfolio" params={params} search={{ contract: place.contract }} />;
}
