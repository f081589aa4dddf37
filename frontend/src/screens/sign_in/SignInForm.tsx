/** Signs in: with a code where there is a second factor, with a new password in place of an initial one. */
import { useState } from "react";
import { useMutation } from "urql";
import { begin, SignIn, signedOutBecause } from "../../api/session";
import { useStore } from "../../api/store";
import { Button } from "../../parts/button/Button";
import { FormField } from "../../parts/form/FormField";
import { NewPassword } from "../../parts/form/NewPassword";
import { useWaiting } from "../../parts/form/useWaiting";
import { Logo } from "../../parts/logo/Logo";
import { texts } from "../../texts/en";
import css from "./SignInForm.module.css";

interface Given {
  readonly email: string;
  readonly password: string;
  readonly code: string | null;
  readonly newPassword: string | null;
}

interface Props {
  /** What signing in is for. */
  readonly lead?: string;
  readonly onSignedIn: () => void;
}

export function SignInForm({ lead: why = texts.signIn.lead, onSignedIn }: Props) {
  const reason = useStore(signedOutBecause);
  const [{ fetching }, signIn] = useMutation(SignIn);
  const [refusal, setRefusal] = useState<string>();
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const [isPasswordInitial, setPasswordInitial] = useState(false);
  const { seconds, wait } = useWaiting();

  const submit = async (input: Given) => {
    const { data, error } = await signIn({ input });
    const answer = data?.signIn;
    if (answer === undefined) setRefusal(error?.networkError === undefined ? error?.message : texts.signIn.unreachable);
    else if (answer.__typename === "SignInPayload") {
      begin(answer);
      onSignedIn();
    } else {
      const asksForNew = answer.code === "INITIAL_PASSWORD" && input.newPassword === null;
      setRefusal(asksForNew ? undefined : answer.message);
      setCodeNeeded(isCodeNeeded || answer.code === "SECOND_FACTOR_REQUIRED");
      setPasswordInitial(isPasswordInitial || answer.code === "INITIAL_PASSWORD");
      if (answer.__typename === "TooManyAttemptsProblem") wait(answer.retryAfterSeconds);
    }
  };
  /** What one account asks for says nothing about another. */
  const forget = () => {
    setRefusal(undefined);
    setCodeNeeded(false);
    setPasswordInitial(false);
  };
  const onSubmit = (form: FormData) => {
    const [email, password, code, newPassword] = ["email", "password", "code", "new"].map((name) => textOf(form.get(name)));
    void submit({ email: email ?? "", password: password ?? "", code: code ?? null, newPassword: newPassword ?? null });
  };
  const lead = isPasswordInitial ? texts.signIn.initial : reason === undefined ? why : texts.signIn.reasons[reason];

  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}>
        <h1><Logo />{texts.product}</h1>
        <p role="status">{lead}</p>
        <FormField label={texts.signIn.email} name="email" type="email" autoComplete="username" required autoFocus onChange={forget} />
        <FormField
          label={isPasswordInitial ? texts.passwords.initial : texts.signIn.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {isPasswordInitial ? <NewPassword autoFocus /> : null}
        {isCodeNeeded ? <FormField label={texts.signIn.code} name="code" autoComplete="one-time-code" required autoFocus /> : null}
        <p role="alert" className={css.refusal}>{refusal}</p>
        {seconds === 0 ? null : <p role="timer">{texts.passwords.wait(seconds)}</p>}
        <Button type="submit" isPrimary disabled={fetching || seconds > 0}>{fetching ? texts.signIn.busy : texts.signIn.submit}</Button>
        <p className={css.hint}>{texts.signIn.hint}</p>
      </form>
    </main>
  );
}

const textOf = (value: FormDataEntryValue | null): string | undefined => (typeof value === "string" ? value : undefined);
