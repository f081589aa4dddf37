import { useState } from "react";
import { texts } from "../../texts/en";
import { FormField } from "./FormField";

const LENGTH_MIN = 12;

/** A password to be had from now on, typed twice; the form's field `new` holds it. */
export function NewPassword({ autoFocus = false }: { readonly autoFocus?: boolean }) {
  const [next, setNext] = useState("");
  return (
    <>
      <FormField
        label={texts.passwords.next}
        hint={texts.passwords.rule(LENGTH_MIN)}
        name="new"
        type="password"
        autoComplete="new-password"
        minLength={LENGTH_MIN}
        required
        autoFocus={autoFocus}
        onChange={({ target }) => { setNext(target.value); }}
      />
      <FormField
        label={texts.passwords.repeated}
        type="password"
        autoComplete="new-password"
        required
        onChange={({ target }) => { target.setCustomValidity(target.value === next ? "" : texts.passwords.differ); }}
      />
    </>
  );
}
