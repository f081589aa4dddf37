import { useState } from "react";
import { Choices } from "../../../parts/form/Choices";
import { useCommand } from "../../../parts/form/useCommand";
import { texts } from "../../../texts/en";
import { administrationTexts } from "../../../texts/administration";
import { Act } from "../Act";
import type { Role } from "../members";
import type { Person } from "./queries";
import { ChangeRolesDocument, DisableUserDocument, EnableUserDocument, ResetPasswordDocument, ResetSecondFactorDocument } from "./queries";

interface Props {
  readonly person: Person;
  readonly isOwn: boolean;
  /** Whether the caller keeps the accounts of every party. */
  readonly isOfAll: boolean;
  /** With the initial password that was made. */
  readonly onPassword: (password: string) => void;
}

/** Nobody resets their own password or second factor; a lost one is removed by the installation's administrators alone. */
export function PersonActs({ person, isOwn, isOfAll, onPassword }: Props) {
  const accountId = person.id;
  const resetting = useCommand(ResetPasswordDocument);
  const resettingFactor = useCommand(ResetSecondFactorDocument);
  const disabling = useCommand(DisableUserDocument);
  const enabling = useCommand(EnableUserDocument);
  return (
    <>
      {person.party.possibleRoles.length > 1 ? <Roles key={person.roles.join()} person={person} /> : null}
      {isOwn ? null : (
        <Act
          name={administrationTexts.people.resetPassword}
          why={administrationTexts.people.resetPasswordWhy}
          command={resetting}
          onAct={async () => {
            const made = await resetting.run({ accountId });
            if (made !== undefined) onPassword(made.initialPassword);
          }}
        />
      )}
      {isOfAll && !isOwn ? (
        <Act
          name={administrationTexts.people.resetFactor}
          why={administrationTexts.people.resetFactorWhy}
          command={resettingFactor}
          onAct={async () => { await resettingFactor.run({ accountId }); }}
        />
      ) : null}
      {person.disabledAt === null ? (
        <Act
          key="disable"
          name={administrationTexts.people.disable}
          why={administrationTexts.people.disableWhy(person.keyCount)}
          command={disabling}
          onAct={async () => { await disabling.run({ accountId }); }}
        />
      ) : (
        <Act
          key="enable"
          name={administrationTexts.people.enable}
          why={administrationTexts.people.enableWhy}
          command={enabling}
          onAct={async () => { await enabling.run({ accountId }); }}
        />
      )}
    </>
  );
}

function Roles({ person }: { readonly person: Person }) {
  const changing = useCommand(ChangeRolesDocument);
  const [roles, setRoles] = useState<readonly Role[]>(person.roles);
  return (
    <Act
      name={administrationTexts.people.changeRoles}
      why={administrationTexts.people.changeRolesWhy}
      command={changing}
      onAct={async () => { await changing.run({ accountId: person.id, roles: [...roles] }); }}
    >
      <Choices label={texts.account.roles} options={person.party.possibleRoles} textOf={(role) => texts.roles[role]} chosen={roles} onChange={setRoles} />
    </Act>
  );
}
