import { CommandForm } from "../../../parts/form/CommandForm";
import { FormField } from "../../../parts/form/FormField";
import { useCommand } from "../../../parts/form/useCommand";
import { texts } from "../../../texts/en";
import { ConfirmSecondFactorDocument } from "../queries";
import { QrCode } from "./QrCode";
import css from "./SecondFactor.module.css";

interface Props {
  readonly secret: string;
  readonly uri: string;
  readonly onCancel: () => void;
  /** With the recovery codes. */
  readonly onConfirmed: (codes: readonly string[]) => void;
}

/** The secret as a picture and as text, and a code made with it that puts it in force. */
export function Enrolment({ secret, uri, onCancel, onConfirmed }: Props) {
  const confirming = useCommand(ConfirmSecondFactorDocument);
  return (
    <CommandForm
      label={texts.secondFactor.confirm}
      command={confirming}
      submit={texts.secondFactor.confirm}
      onCancel={onCancel}
      onSubmit={async (textOf) => {
        const confirmed = await confirming.run({ code: textOf("code").replaceAll(/\s/g, "") });
        if (confirmed !== undefined) onConfirmed(confirmed.recoveryCodes);
      }}
    >
      <p>{texts.secondFactor.scan}</p>
      <QrCode text={uri} label={texts.secondFactor.picture} />
      <dl className={css.secrets}>
        <dt>{texts.secondFactor.secret}</dt>
        <dd>{secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}</dd>
        <dt>{texts.secondFactor.uri}</dt>
        <dd><a href={uri}>{uri}</a></dd>
      </dl>
      <FormField label={texts.secondFactor.code} name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
    </CommandForm>
  );
}
