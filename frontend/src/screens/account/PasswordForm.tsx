import { end } from "../../api/session";
import { CommandForm } from "../../parts/form/CommandForm";
import { FormField } from "../../parts/form/FormField";
import { NewPassword } from "../../parts/form/NewPassword";
import { useCommand } from "../../parts/form/useCommand";
import { texts } from "../../texts/en";
import { ChangePasswordDocument } from "./queries";

/** Another password ends every session, this one too: one signs in with it. */
export function PasswordForm() {
  const changing = useCommand(ChangePasswordDocument);
  return (
    <CommandForm
      label={texts.passwords.change}
      command={changing}
      submit={texts.passwords.change}
      onSubmit={async (textOf) => {
        const changed = await changing.run({ current: textOf("current"), new: textOf("new") });
        if (changed !== undefined) end("password");
      }}
    >
      <p>{texts.passwords.changeWhy}</p>
      <FormField label={texts.passwords.current} name="current" type="password" autoComplete="current-password" required />
      <NewPassword />
    </CommandForm>
  );
}
