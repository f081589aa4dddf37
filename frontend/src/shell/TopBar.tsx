import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { platformNow } from "../api/clock";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { unitName } from "../format/amounts";
import { labelOf } from "../format/names";
import { texts } from "../texts/en";
import { Key } from "../parts/key/Key";
import { Logo } from "../parts/logo/Logo";
import menu from "../parts/menu/menu.module.css";
import { Clock } from "./Clock";
import { LiveState } from "./LiveState";
import type { ListedNetwork } from "./queries";
import { ScreenTabs } from "./ScreenTabs";
import css from "./TopBar.module.css";

/** The screen does not wait for menus; until they are there, their buttons are shown and cannot be pressed. */
const AccountMenu = lazy(async () => ({ default: (await import("./AccountMenu")).AccountMenu }));
const NetworkSwitch = lazy(async () => ({ default: (await import("./NetworkSwitch")).NetworkSwitch }));
const Bell = lazy(async () => ({ default: (await import("./notifications/Bell")).Bell }));

interface Props {
  readonly networks: readonly ListedNetwork[];
  readonly network: ListedNetwork | undefined;
  /** Whether what is shown is of that network alone. */
  readonly isOfNetwork: boolean;
  readonly onAsk: () => void;
}

export function TopBar({ networks, network, isOfNetwork, onAsk }: Props) {
  const viewer = useStore(session)?.viewer;
  return (
    <header className={css.top}>
      <h1><Link to="/" className={css.brand}><Logo />{texts.product}</Link></h1>
      {network === undefined ? null : (
        <>
          {isOfNetwork ? (
            <Suspense fallback={<span className={menu.button}><b>{labelOf(network)}</b><span className={menu.note}>{unitName(network.unit)}</span></span>}>
              <NetworkSwitch networks={networks} network={network} />
            </Suspense>
          ) : null}
          <ScreenTabs network={network.code} place="top" />
        </>
      )}
      <button type="button" className={css.ask} onClick={onAsk}>
        <span className={css.wide}>{texts.palette.open}</span>
        <span className={css.narrow}>{texts.palette.openShort}</span>
        <Key>{texts.palette.key}</Key>
      </button>
      <span className={css.state}>
        <LiveState />
        {network === undefined ? null : <Clock clock={network.clock} />}
      </span>
      <Suspense><OwnBell /></Suspense>
      <Suspense fallback={<span className={menu.plain}><b>{viewer?.party?.name}</b></span>}><AccountMenu /></Suspense>
    </header>
  );
}

/** People who act for a party are told what happens to it. */
function OwnBell() {
  const viewer = useStore(session)?.viewer;
  const [account, party] = [viewer?.account?.id, viewer?.party];
  if (viewer === undefined || account === undefined || party == null) return null;
  const now = viewer.session?.lastUsedAt ?? platformNow().toISOString();
  return <Bell key={account} reader={{ account, party: party.id, isShipper: party.kind === "SHIPPER", now }} />;
}
