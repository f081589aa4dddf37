import { end, SignOut } from "../../api/session";
import { instant } from "../../format/instants";
import { programOf } from "../../format/programs";
import { Button } from "../../parts/button/Button";
import { useCommand } from "../../parts/form/useCommand";
import { PanelHead } from "../../parts/panel/PanelHead";
import { Tag } from "../../parts/tag/Tag";
import { texts } from "../../texts/en";
import css from "./AccountScreen.module.css";
import type { OwnSession } from "./queries";
import { EndSessionDocument } from "./queries";

interface Props {
  readonly sessions: readonly OwnSession[];
  /** The id of the session that this page belongs to. */
  readonly current: string;
  readonly onEnded: () => void;
}

export function Sessions({ sessions, current, onEnded }: Props) {
  const ending = useCommand(EndSessionDocument);
  const signingOut = useCommand(SignOut);
  const endOne = async (sessionId: string) => {
    if ((await ending.run({ sessionId })) !== undefined) onEnded();
  };
  const endAll = async () => {
    if ((await signingOut.run({ everywhere: true })) !== undefined) end();
  };
  return (
    <>
      <PanelHead title={texts.account.sessions} note={texts.account.sessionsNote}>
        <Button disabled={signingOut.isBusy} onClick={() => { void endAll(); }}>{texts.account.endAll}</Button>
      </PanelHead>
      <p role="alert" className={css.refusal}>{signingOut.refusal ?? ending.refusal}</p>
      <table className={css.table}>
        <thead>
          <tr>
            {texts.account.columns.map((column) => <th key={column} scope="col">{column}</th>)}
            <th><span className="hidden">{texts.account.endOne}</span></th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((one) => (
            <tr key={one.id}>
              <th scope="row" title={one.userAgent}>{programOf(one.userAgent)}</th>
              <td className={css.muted}>{one.address}</td>
              <td className={css.muted}>{instant(one.createdAt)}</td>
              <td className={css.muted}>{instant(one.lastUsedAt)}</td>
              <td className={css.muted}>{instant(one.expiresAt)}</td>
              <td>
                {one.id === current ? <Tag tone="yes">{texts.account.thisOne}</Tag> : (
                  <Button
                    disabled={ending.isBusy}
                    aria-label={texts.account.endThat(programOf(one.userAgent), instant(one.createdAt))}
                    onClick={() => { void endOne(one.id); }}
                  >
                    {texts.account.endOne}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
