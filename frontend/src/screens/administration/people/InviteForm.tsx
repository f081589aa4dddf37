/** Adds a person; the initial password that the platform makes is shown this once. */
import { useState } from "react";
import { Choices } from "../../../parts/form/Choices";
import { CommandForm } from "../../../parts/form/CommandForm";
import { FormField } from "../../../parts/form/FormField";
import { FormSelect } from "../../../parts/form/FormSelect";
import { useCommand } from "../../../parts/form/useCommand";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Secret } from "../../../parts/secret/Secret";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import type { Role } from "../members";
import type { ListedParty } from "../parties/queries";
import { InviteUserDocument } from "./queries";

interface Props {
  readonly parties: readonly ListedParty[];
  /** The id of the party that the list is narrowed to. */
  readonly party: string | undefined;
  readonly onCancel: () => void;
  readonly onShow: (id: string) => void;
}

interface Invited {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export function InviteForm({ parties, party: narrowed, onCancel, onShow }: Props) {
  const inviting = useCommand(InviteUserDocument);
  const [partyId, setParty] = useState(narrowed);
  const [chosen, setRoles] = useState<readonly Role[]>([]);
  const [invited, setInvited] = useState<Invited>();
  const party = partyId === undefined ? parties[0] : parties.find(({ id }) => id === partyId);
  const options = party?.possibleRoles ?? [];
  const [only] = options;
  const roles = options.length === 1 && only !== undefined ? [only] : options.filter((role) => chosen.includes(role));
  if (invited !== undefined) {
    return (
      <>
        <PanelHead title={administrationTexts.people.invite} />
        <Secret title={administrationTexts.people.initial} why={administrationTexts.people.initialWhy(invited.email)} text={invited.password} onKept={() => { onShow(invited.id); }} />
      </>
    );
  }
  return (
    <>
      <PanelHead title={administrationTexts.people.invite} />
      <CommandForm
        label={administrationTexts.people.invite}
        command={inviting}
        submit={administrationTexts.people.invite}
        isPrimary
        onCancel={onCancel}
        onSubmit={async (textOf) => {
          if (party === undefined) return;
          const made = await inviting.run({ partyId: party.id, email: textOf("email"), name: textOf("name"), roles: [...roles] });
          if (made !== undefined) setInvited({ id: made.account.id, email: made.account.email, password: made.initialPassword });
        }}
      >
        <p>{administrationTexts.people.inviteWhy}</p>
        {parties.length < (party === undefined ? 1 : 2) ? null : (
          <FormSelect
            label={texts.account.party}
            options={parties.map(({ id, name }) => ({ value: id, text: name }))}
            value={party?.id ?? ""}
            {...(party === undefined ? { none: administrationTexts.parties.choose, required: true } : {})}
            onChange={setParty}
          />
        )}
        <FormField label={texts.account.name} name="name" autoComplete="off" required autoFocus />
        <FormField label={texts.signIn.email} name="email" type="email" autoComplete="off" required />
        {options.length === 1 ? null : (
          <Choices label={texts.account.roles} options={options} textOf={(role) => texts.roles[role]} chosen={roles} onChange={setRoles} />
        )}
      </CommandForm>
    </>
  );
}
