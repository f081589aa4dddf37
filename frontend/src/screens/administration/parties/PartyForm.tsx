import { useState } from "react";
import { CommandForm } from "../../../parts/form/CommandForm";
import { FormField } from "../../../parts/form/FormField";
import { FormSelect } from "../../../parts/form/FormSelect";
import { useCommand } from "../../../parts/form/useCommand";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import type { PartyKind } from "../members";
import { PARTY_KINDS } from "../members";
import { CreatePartyDocument } from "./queries";

interface Props {
  readonly onCancel: () => void;
  readonly onAdded: (id: string) => void;
}

export function PartyForm({ onCancel, onAdded }: Props) {
  const adding = useCommand(CreatePartyDocument);
  const [kind, setKind] = useState<PartyKind>("SHIPPER");
  return (
    <>
      <PanelHead title={administrationTexts.parties.add} />
      <CommandForm
        label={administrationTexts.parties.add}
        command={adding}
        submit={administrationTexts.parties.add}
        isPrimary
        onCancel={onCancel}
        onSubmit={async (textOf) => {
          const added = await adding.run({ code: textOf("code"), name: textOf("name"), kind });
          if (added !== undefined) onAdded(added.party.id);
        }}
      >
        <FormField label={texts.account.name} name="name" autoComplete="off" required autoFocus />
        <FormField label={administrationTexts.parties.code} hint={administrationTexts.parties.codeWhy} name="code" autoComplete="off" required />
        <FormSelect
          label={administrationTexts.parties.kind}
          options={PARTY_KINDS.map((value) => ({ value, text: administrationTexts.partyKinds[value] }))}
          value={kind}
          onChange={(value) => { if (value !== undefined) setKind(value); }}
        />
      </CommandForm>
    </>
  );
}
