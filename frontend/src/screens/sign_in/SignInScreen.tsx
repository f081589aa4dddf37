import { useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { begin, SignIn, signedOutBecause } from "../../api/session";
import { useStore } from "../../api/store";
import { Button } from "../../parts/button/Button";
import { Logo } from "../../parts/logo/Logo";
import { texts } from "../../texts/en";
import css from "./SignInScreen.module.css";

export function SignInScreen() {
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const reason = useStore(signedOutBecause);
  const [{ fetching }, signIn] = useMutation(SignIn);
  const [refusal, setRefusal] = useState<string>();
  const [isCodeNeeded, setCodeNeeded] = useState(false);

  const submit = async (form: FormData) => {
    const [email, password, code] = ["email", "password", "code"].map((name) => textOf(form.get(name)));
    const { data, error } = await signIn({ input: { email: email ?? "", password: password ?? "", code: code ?? null } });
    const answer = data?.signIn;
    if (answer === undefined) setRefusal(error?.networkError === undefined ? error?.message : texts.signIn.unreachable);
    else if (answer.__typename === "SignInPayload") {
      begin(answer);
      router.history.push(next ?? router.buildLocation({ to: "/" }).publicHref);
    } else {
      setRefusal(answer.message);
      setCodeNeeded(isCodeNeeded || answer.code === "SECOND_FACTOR_REQUIRED");
    }
  };

  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}>
        <h1><Logo />{texts.product}</h1>
        <p>{reason === "expired" ? texts.signIn.expired : texts.signIn.lead}</p>
        <label>
          {texts.signIn.email}
          <input name="email" type="email" autoComplete="username" required autoFocus />
        </label>
        <label>
          {texts.signIn.password}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {isCodeNeeded ? (
          <label>
            {texts.signIn.code}
            <input name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
          </label>
        ) : null}
        <p role="alert" className={css.refusal}>{refusal}</p>
        <Button type="submit" isPrimary disabled={fetching}>{fetching ? texts.signIn.busy : texts.signIn.submit}</Button>
        <p className={css.hint}>{texts.signIn.hint}</p>
      </form>
    </main>
  );
}

const textOf = (value: FormDataEntryValue | null): string | undefined => (typeof value === "string" ? value : undefined);
