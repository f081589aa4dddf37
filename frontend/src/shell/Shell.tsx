/** The frame around every screen of who is signed in. */
import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { useKeys } from "../keyboard/useKeys";
import { useSequence } from "../keyboard/useSequence";
import { Palette } from "./palette/Palette";
import { NetworksDocument } from "./queries";
import { SCREENS, ScreenTabs } from "./ScreenTabs";
import css from "./Shell.module.css";
import { TopBar } from "./TopBar";
import { useShortcut } from "./useShortcut";

export function Shell() {
  const [isAsking, setAsking] = useState(false);
  const { network: code } = useParams({ strict: false });
  const [{ data }] = useQuery({ query: NetworksDocument });
  const networks = data?.networks ?? [];
  const network = networks.find((one) => one.code === code);
  useShortcut("k", () => { setAsking(true); });
  useKeys({ "?": () => { setAsking(true); } });
  const navigate = useNavigate();
  // By their first letters; of two with one letter the first.
  useSequence("g", Object.fromEntries(SCREENS.toReversed().map(({ to, text }) => [
    text.charAt(0).toLowerCase(),
    () => { if (code !== undefined) void navigate({ to, params: { network: code } }); },
  ])));
  return (
    <div className={css.shell}>
      <TopBar networks={networks} network={network} onAsk={() => { setAsking(true); }} />
      <main className={css.main}><Outlet /></main>
      {network === undefined ? null : <ScreenTabs network={network.code} place="bottom" />}
      <Palette isOpen={isAsking} onClose={() => { setAsking(false); }} networks={networks} network={network} />
    </div>
  );
}
