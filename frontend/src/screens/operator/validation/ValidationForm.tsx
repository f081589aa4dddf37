/** Which gas day to validate, and how long it may take. */
import { useState } from "react";
import { countOfText } from "../../../format/amounts";
import { operatorTexts } from "../../../texts/operator";
import { CommandForm } from "../common/CommandForm";
import { DayField, TextField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import type { Shown } from "../shown";
import { ValidateDocument } from "./queries";

const SECONDS = "60";

export function ValidationForm({ network, address, today, onGo }: Shown) {
  const start = useCommand(ValidateDocument, ({ validateBookings: answer }) => {
    if (answer.__typename === "JobPayload") onGo({ job: answer.job.id });
    return answer;
  });
  const [seconds, setSeconds] = useState(SECONDS);
  const count = countOfText(seconds);
  const gasDay = address.day ?? today;
  return (
    <CommandForm
      label={operatorTexts.validation.start}
      command={start}
      fields={["gasDay", "seconds"]}
      submit={operatorTexts.validation.submit}
      isPrimary
      done={null}
      onSend={count === undefined ? undefined : () => { void start.send({ input: { network: network.code, gasDay, seconds: count } }); }}
    >
      <DayField label={operatorTexts.indices.day} value={gasDay} fault={faultAt(start.refusal, "gasDay")} onChange={(day) => { onGo({ day }, true); }} />
      <TextField
        label={operatorTexts.validation.seconds}
        inputMode="numeric"
        value={seconds}
        fault={count === undefined ? operatorTexts.form.wholeWrong : faultAt(start.refusal, "seconds")}
        onChange={(text) => {
          start.clear();
          setSeconds(text);
        }}
      />
    </CommandForm>
  );
}
