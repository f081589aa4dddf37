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

  const submit = async (form: FormData) => {
    const [email, password] = [textOf(form.get("email")), textOf(form.get("password"))];
    const { data, error } = await signIn({ input: { email, password } });
    const answer = data?.signIn;
    if (answer === undefined) setRefusal(error?.networkError === undefined ? error?.message : texts.signIn.unreachable);
    else if (answer.__typename === "SignInPayload") {
      begin(answer);
      router.history.push(next ?? router.buildLocation({ to: "/" }).publicHref);
    } else setRefusal(answer.message);
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
        <p role="alert" className={css.refusal}>{refusal}</p>
        <Button type="submit" isPrimary disabled={fetching}>{fetching ? texts.signIn.busy : texts.signIn.submit}</Button>
        <p className={css.hint}>{texts.signIn.hint}</p>
      </form>
    </main>
  );
}

const textOf = (value: FormDataEntryValue | null): string => (typeof value === "string" ? value : "");
