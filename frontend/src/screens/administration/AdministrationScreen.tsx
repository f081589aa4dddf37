/** Keeps people, parties and keys, as far as one may: a company's administrator its own, the installation's all. */
import { getRouteApi } from "@tanstack/react-router";
import { session } from "../../api/session";
import { useStore } from "../../api/store";
import { Notice } from "../../parts/notice/Notice";
import { Segments } from "../../parts/segments/Segments";
import { texts } from "../../texts/en";
import type { Address, View } from "./address";
import css from "./AdministrationScreen.module.css";
import { Changes } from "./changes/Changes";
import { Keys } from "./keys/Keys";
import { Parties } from "./parties/Parties";
import { People } from "./people/People";
import type { ViewProps } from "./view";

const route = getRouteApi("/signed-in/administration");

const SCREENS = { people: People, parties: Parties, keys: Keys, changes: Changes } satisfies Record<View, unknown>;

export function AdministrationScreen() {
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const viewer = useStore(session)?.viewer;
  if (viewer === undefined) return null;
  const views = viewsOf(viewer);
  const view = address.view ?? views[0];
  if (view === undefined || !views.includes(view)) return <Notice title={texts.administration.notYours}>{texts.administration.notYoursWhy}</Notice>;
  const go = (change: Partial<Address>) => { void navigate({ search: (before) => ({ ...before, ...change }), replace: true }); };
  const Screen = SCREENS[view];
  return (
    <div className={css.screen}>
      <header className={css.views}>
        <h2>{texts.administration.title}</h2>
        <Segments
          label={texts.administration.views}
          options={views.map((value) => ({ value, text: texts.administration.view[value] }))}
          value={view}
          onChange={(next) => { void navigate({ search: { view: next } }); }}
        />
      </header>
      <Screen address={address} viewer={viewer} onGo={go} />
    </div>
  );
}

/** Everyone who acts for a party keeps its keys; accounts are for administrators. */
function viewsOf({ scopes, party }: ViewProps["viewer"]): readonly View[] {
  const keys: readonly View[] = party === null ? [] : ["keys"];
  if (scopes.includes("ADMINISTER")) return ["people", "parties", ...keys, "changes"];
  return scopes.includes("MANAGE") ? ["people", ...keys, "changes"] : keys;
}
