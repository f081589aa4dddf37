import { useState } from "react";
import { dayFromNow } from "../../../format/instants";
import { Choices } from "../../../parts/form/Choices";
import { CommandForm } from "../../../parts/form/CommandForm";
import { FormField } from "../../../parts/form/FormField";
import { useCommand } from "../../../parts/form/useCommand";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import type { Role, Scope } from "../members";
import { OF_PEOPLE } from "../members";
import type { Issued } from "./queries";
import { CreateApiKeyDocument } from "./queries";

const DAYS_MAX = 365;

interface Props {
  /** Those of who makes the key: it can have no others. */
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  readonly onCancel: () => void;
  readonly onCreated: (issued: Issued) => void;
}

export function KeyForm({ roles: ownRoles, scopes: ownScopes, onCancel, onCreated }: Props) {
  const creating = useCommand(CreateApiKeyDocument);
  const possible = { roles: ownRoles.filter((one) => !OF_PEOPLE.includes(one)), scopes: ownScopes.filter((one) => !OF_PEOPLE.includes(one)) };
  const [roles, setRoles] = useState<readonly Role[]>(possible.roles);
  const [scopes, setScopes] = useState<readonly Scope[]>(["READ"]);
  if (possible.roles.length === 0) return <Notice title={administrationTexts.keys.cannot}>{administrationTexts.keys.cannotWhy}</Notice>;
  return (
    <>
      <PanelHead title={administrationTexts.keys.create} />
      <CommandForm
        label={administrationTexts.keys.create}
        command={creating}
        submit={administrationTexts.keys.create}
        isPrimary
        onCancel={onCancel}
        onSubmit={async (textOf) => {
          const input = { name: textOf("name"), roles: [...roles], scopes: [...scopes], expiresAt: `${textOf("expires")}T00:00:00Z` };
          const issued = await creating.run(input);
          if (issued !== undefined) onCreated(issued);
        }}
      >
        <FormField label={texts.account.name} hint={administrationTexts.keys.nameWhy} name="name" autoComplete="off" required autoFocus />
        {possible.roles.length === 1 ? null : (
          <Choices label={texts.account.roles} options={possible.roles} textOf={(role) => texts.roles[role]} chosen={roles} onChange={setRoles} />
        )}
        <Choices label={administrationTexts.keys.scopes} options={possible.scopes} textOf={(scope) => administrationTexts.scopes[scope]} chosen={scopes} onChange={setScopes} />
        <FormField
          label={administrationTexts.keys.expires}
          hint={administrationTexts.keys.expiresWhy}
          name="expires"
          type="date"
          min={dayFromNow(1)}
          max={dayFromNow(DAYS_MAX)}
          defaultValue={dayFromNow(DAYS_MAX)}
          required
        />
      </CommandForm>
    </>
  );
}
