/** One's own account: where one is signed in, the password, and the second factor. */
import { useQuery } from "urql";
import { useLast } from "../../api/useLast";
import { Fault } from "../../parts/notice/Fault";
import { Notice } from "../../parts/notice/Notice";
import { PanelHead } from "../../parts/panel/PanelHead";
import { Skeleton } from "../../parts/skeleton/Skeleton";
import { texts } from "../../texts/en";
import css from "./AccountScreen.module.css";
import { PasswordForm } from "./PasswordForm";
import { OwnAccountDocument } from "./queries";
import { SecondFactor } from "./second_factor/SecondFactor";
import { Sessions } from "./Sessions";

export function AccountScreen() {
  const [{ data: answer, error }, ask] = useQuery({ query: OwnAccountDocument, requestPolicy: "cache-and-network" });
  // Recovery codes and what is being typed stay where a later try fails.
  const data = useLast(answer);
  const askAgain = () => { ask({ requestPolicy: "network-only" }); };
  if (data === undefined) return error === undefined ? <Skeleton rows={12} /> : <Fault error={error} onRetry={askAgain} />;
  const { viewer, sessions } = data;
  if (viewer.session === null || viewer.account === null) return <Notice title={texts.account.foreign}>{texts.account.foreignWhy}</Notice>;
  return (
    <div className={css.screen}>
      <section className={css.sessions} aria-label={texts.account.sessions}>
        {error === undefined ? null : <Fault error={error} onRetry={askAgain} />}
        <Sessions sessions={sessions.edges.map(({ node }) => node)} current={viewer.session.id} onEnded={askAgain} />
      </section>
      <div className={css.side}>
        <section aria-label={texts.account.title}>
          <PanelHead title={texts.account.title} />
          <dl className={css.facts}>
            <dt>{texts.account.name}</dt>
            <dd>{viewer.account.name}</dd>
            <dt>{texts.signIn.email}</dt>
            <dd>{viewer.account.email}</dd>
            <dt>{texts.account.party}</dt>
            <dd>{viewer.party?.name ?? texts.shell.noParty}</dd>
            <dt>{texts.account.roles}</dt>
            <dd>{viewer.roles.map((role) => texts.roles[role]).join(", ")}</dd>
          </dl>
        </section>
        <section aria-label={texts.passwords.change}>
          <PanelHead title={texts.passwords.change} />
          <PasswordForm />
        </section>
        <section aria-label={texts.secondFactor.title}>
          <PanelHead title={texts.secondFactor.title} />
          <SecondFactor factor={viewer.secondFactor} onChanged={askAgain} />
        </section>
      </div>
    </div>
  );
}
