/** The frame around every screen of who is signed in. */
import { Outlet, useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useQuery } from "urql";
import { useLast } from "../api/useLast";
import { labelOf } from "../format/names";
import { useKeys } from "../keyboard/useKeys";
import { useSequence } from "../keyboard/useSequence";
import { Announcer } from "../parts/announcer/Announcer";
import type { Begun } from "./palette/EarlyPalette";
import { EarlyPalette } from "./palette/EarlyPalette";
import { NetworksDocument } from "./queries";
import { SCREENS, ScreenTabs } from "./ScreenTabs";
import { ShortNotice } from "./ShortNotice";
import css from "./Shell.module.css";
import { TopBar } from "./TopBar";
import { useShortcut } from "./useShortcut";
import { useTitle } from "./useTitle";

/** The palette is fetched once the screen is there, so that the first screen does not wait for it. */
const fetchPalette = async () => import("./palette/Palette");
const Palette = lazy(async () => ({ default: (await fetchPalette()).Palette }));

const NO_NETWORKS: never[] = [];
/** How long the first screen has the connection to itself. */
const SETTLED_MS = 2_000;
const NOT_BEGUN: Begun = { text: "", isEntered: false };

export function Shell() {
  const [asking, setAsking] = useState<"never" | "no" | "yes">("never");
  const [begun, setBegun] = useState<Begun>(NOT_BEGUN);
  const ask = () => { setAsking("yes"); };
  const close = () => {
    setAsking("no");
    setBegun(NOT_BEGUN);
  };
  const { network: code } = useParams({ strict: false });
  const [{ data }] = useQuery({ query: NetworksDocument });
  const networks = useLast(data)?.networks ?? NO_NETWORKS;
  const [last, setLast] = useState(code);
  if (code !== undefined && code !== last) setLast(code);
  // A screen of all networks leads back to the one that was shown last.
  const network = networks.find((one) => one.code === (code ?? last)) ?? (code === undefined ? networks[0] : undefined);
  useTitle(network === undefined ? code : labelOf(network));
  const { routesById } = useRouter();
  useEffect(() => {
    void fetchPalette();
    // All screens are there when the connection is lost.
    const timer = setTimeout(() => {
      for (const { options } of Object.values(routesById)) void options.component?.preload?.();
    }, SETTLED_MS);
    return () => { clearTimeout(timer); };
  }, [routesById]);
  useShortcut("k", ask);
  useKeys({ "?": ask });
  const navigate = useNavigate();
  // By their first letters; of two with one letter the first.
  useSequence("g", Object.fromEntries(SCREENS.toReversed().map(({ to, text }) => [
    text.charAt(0).toLowerCase(),
    () => { if (network !== undefined) void navigate({ to, params: { network: network.code } }); },
  ])));
  return (
    <div className={css.shell}>
      <TopBar networks={networks} network={network} isOfNetwork={code !== undefined} onAsk={ask} />
      {network === undefined ? null : <ShortNotice key={network.code} network={network} />}
      <main className={css.main}><Outlet /></main>
      <Announcer />
      {network === undefined ? null : <ScreenTabs network={network.code} place="bottom" />}
      {asking === "never" ? null : (
        <Suspense fallback={asking === "yes" ? <EarlyPalette begun={begun} onType={setBegun} onClose={close} /> : null}>
          <Palette isOpen={asking === "yes"} begun={begun} onClose={close} networks={networks} network={network} />
        </Suspense>
      )}
    </div>
  );
}
