/** To which level rights are proved before they are sold. */
import { useState } from "react";
import { countOfText } from "../../../format/amounts";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { CommandForm } from "../common/CommandForm";
import { ChoiceField, TextField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import type { Shown } from "../shown";
import { LEVELS, UNDECIDED } from "./choices";
import { SetPolicyDocument } from "./queries";

const FIELDS = ["firmLevel", "interruptibleLevel", "deadlineS", "whenUndecided"];

export function PolicyPanel({ network }: Shown) {
  const set = useCommand(SetPolicyDocument, ({ setPolicy }) => setPolicy);
  const { firmLevel, interruptibleLevel, whenUndecided } = network.policy;
  const [policy, setPolicy] = useState({ firmLevel, interruptibleLevel, whenUndecided, deadlineS: String(network.policy.deadlineS) });
  const deadlineS = countOfText(policy.deadlineS);
  const write = (change: Partial<typeof policy>) => {
    set.clear();
    setPolicy({ ...policy, ...change });
  };
  return (
    <>
      <PanelHead title={texts.operator.policy.title} note={texts.operator.policy.inForce(texts.levels[firmLevel])} />
      <CommandForm
        label={texts.operator.policy.title}
        command={set}
        fields={FIELDS}
        submit={texts.operator.policy.submit}
        done={texts.operator.form.done}
        onSend={deadlineS === undefined ? undefined : () => { void set.send({ input: { ...policy, network: network.code, deadlineS } }); }}
      >
        <ChoiceField
          label={texts.operator.policy.firm}
          options={LEVELS}
          value={policy.firmLevel}
          isWide
          fault={faultAt(set.refusal, "firmLevel")}
          onChange={(level) => { if (level !== undefined) write({ firmLevel: level }); }}
        />
        <ChoiceField
          label={texts.operator.policy.interruptible}
          options={LEVELS}
          value={policy.interruptibleLevel}
          isWide
          fault={faultAt(set.refusal, "interruptibleLevel")}
          onChange={(level) => { if (level !== undefined) write({ interruptibleLevel: level }); }}
        />
        <TextField
          label={texts.operator.policy.deadline}
          inputMode="numeric"
          value={policy.deadlineS}
          fault={deadlineS === undefined ? texts.operator.form.wholeWrong : faultAt(set.refusal, "deadlineS")}
          onChange={(text) => { write({ deadlineS: text }); }}
        />
        <ChoiceField
          label={texts.operator.policy.undecided}
          options={UNDECIDED}
          value={policy.whenUndecided}
          fault={faultAt(set.refusal, "whenUndecided")}
          onChange={(choice) => { if (choice !== undefined) write({ whenUndecided: choice }); }}
        />
      </CommandForm>
    </>
  );
}
