/** A second factor: none, being enrolled, just confirmed with its recovery codes, or in force. */
import { useState } from "react";
import { dateOf } from "../../../format/instants";
import { CommandForm } from "../../../parts/form/CommandForm";
import { FormField } from "../../../parts/form/FormField";
import { useCommand } from "../../../parts/form/useCommand";
import { Secret } from "../../../parts/secret/Secret";
import { texts } from "../../../texts/en";
import type { OwnAccount } from "../queries";
import { EnrolSecondFactorDocument, RemoveSecondFactorDocument } from "../queries";
import { Enrolment } from "./Enrolment";
import css from "./SecondFactor.module.css";

interface Props {
  readonly factor: OwnAccount["viewer"]["secondFactor"];
  readonly onChanged: () => void;
}

interface Secrets {
  readonly secret: string;
  readonly uri: string;
}

export function SecondFactor({ factor, onChanged }: Props) {
  const [enrolled, setEnrolled] = useState<Secrets>();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes !== undefined) {
    return (
      <Secret
        title={texts.secondFactor.codes}
        why={texts.secondFactor.codesWhy}
        text={codes.join("\n")}
        onKept={() => { setCodes(undefined); }}
      />
    );
  }
  if (factor !== null) return <InForce factor={factor} onRemoved={onChanged} />;
  if (enrolled === undefined) return <Enrol onEnrolled={setEnrolled} />;
  return (
    <Enrolment
      {...enrolled}
      onCancel={() => { setEnrolled(undefined); }}
      onConfirmed={(given) => {
        setEnrolled(undefined);
        setCodes(given);
        onChanged();
      }}
    />
  );
}

function Enrol({ onEnrolled }: { readonly onEnrolled: (secrets: Secrets) => void }) {
  const enrolling = useCommand(EnrolSecondFactorDocument);
  return (
    <CommandForm
      label={texts.secondFactor.enrol}
      command={enrolling}
      submit={texts.secondFactor.enrol}
      onSubmit={async (textOf) => {
        const secrets = await enrolling.run({ password: textOf("password") });
        if (secrets !== undefined) onEnrolled(secrets);
      }}
    >
      <p>{texts.secondFactor.none}</p>
      <FormField label={texts.signIn.password} name="password" type="password" autoComplete="current-password" required />
    </CommandForm>
  );
}

interface InForceProps {
  readonly factor: NonNullable<Props["factor"]>;
  readonly onRemoved: () => void;
}

function InForce({ factor: { confirmedAt, recoveryCodesLeft }, onRemoved }: InForceProps) {
  const removing = useCommand(RemoveSecondFactorDocument);
  return (
    <>
      <p className={css.state}>{texts.secondFactor.inForce(dateOf(confirmedAt), recoveryCodesLeft)}</p>
      <details className={css.remove}>
        <summary>{texts.secondFactor.remove}</summary>
        <CommandForm
          label={texts.secondFactor.remove}
          command={removing}
          submit={texts.secondFactor.remove}
          onSubmit={async (textOf) => {
            if ((await removing.run({ password: textOf("password"), code: textOf("code") })) !== undefined) onRemoved();
          }}
        >
          <p>{texts.secondFactor.removeWhy}</p>
          <FormField label={texts.signIn.password} name="password" type="password" autoComplete="current-password" required />
          <FormField label={texts.signIn.code} name="code" autoComplete="one-time-code" required />
        </CommandForm>
      </details>
    </>
  );
}
