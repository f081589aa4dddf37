import { useRef } from "react";
import { texts } from "../../texts/en";
import { FormField } from "./FormField";

const LENGTH_MIN = 12;

/** A password to be had from now on, typed twice; the form's field `new` holds it. */
export function NewPassword({ autoFocus = false }: { readonly autoFocus?: boolean }) {
  const next = useRef<HTMLInputElement>(null);
  const repeated = useRef<HTMLInputElement>(null);
  const compare = () => {
    const again = repeated.current?.value ?? "";
    repeated.current?.setCustomValidity(again === "" || again === next.current?.value ? "" : texts.passwords.differ);
  };
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
        ref={next}
        onChange={compare}
      />
      <FormField
        label={texts.passwords.repeated}
        type="password"
        autoComplete="new-password"
        required
        ref={repeated}
        onChange={compare}
      />
    </>
  );
}
