/** The frame around every screen of who is signed in. */
import { Outlet, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { useKeys } from "../keyboard/useKeys";
import { Palette } from "./palette/Palette";
import { NetworksDocument } from "./queries";
import { ScreenTabs } from "./ScreenTabs";
import css from "./Shell.module.css";
import { TopBar } from "./TopBar";
import { useShortcut } from "./useShortcut";

export function Shell() {
  const [isAsking, setAsking] = useState(false);
  const { network: code } = useParams({ strict: false });
  const [{ data }] = useQuery({ query: NetworksDocument });
  const networks = data?.networks ?? [];
  const [last, setLast] = useState(code);
  if (code !== undefined && code !== last) setLast(code);
  // A screen of all networks leads back to the one that was shown last.
  const network = networks.find((one) => one.code === (code ?? last)) ?? (code === undefined ? networks[0] : undefined);
  useShortcut("k", () => { setAsking(true); });
  useKeys({ "?": () => { setAsking(true); } });
  return (
    <div className={css.shell}>
      <TopBar networks={networks} network={network} isOfNetwork={code !== undefined} onAsk={() => { setAsking(true); }} />
      <main className={css.main}><Outlet /></main>
      {network === undefined ? null : <ScreenTabs network={network.code} place="bottom" />}
      <Palette isOpen={isAsking} onClose={() => { setAsking(false); }} networks={networks} network={network} />
    </div>
  );
}
