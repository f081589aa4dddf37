/** To which level rights are proved before they are sold. */
import { useState } from "react";
import { countOfText } from "../../../format/amounts";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
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
      <PanelHead title={operatorTexts.policy.title} note={operatorTexts.policy.inForce(texts.levels[firmLevel])} />
      <CommandForm
        label={operatorTexts.policy.title}
        command={set}
        fields={FIELDS}
        submit={operatorTexts.policy.submit}
        done={operatorTexts.form.done}
        onSend={deadlineS === undefined ? undefined : () => { void set.send({ input: { ...policy, network: network.code, deadlineS } }); }}
      >
        <ChoiceField
          label={operatorTexts.policy.firm}
          options={LEVELS}
          value={policy.firmLevel}
          isWide
          fault={faultAt(set.refusal, "firmLevel")}
          onChange={(level) => { if (level !== undefined) write({ firmLevel: level }); }}
        />
        <ChoiceField
          label={operatorTexts.policy.interruptible}
          options={LEVELS}
          value={policy.interruptibleLevel}
          isWide
          fault={faultAt(set.refusal, "interruptibleLevel")}
          onChange={(level) => { if (level !== undefined) write({ interruptibleLevel: level }); }}
        />
        <TextField
          label={operatorTexts.policy.deadline}
          inputMode="numeric"
          value={policy.deadlineS}
          fault={deadlineS === undefined ? operatorTexts.form.wholeWrong : faultAt(set.refusal, "deadlineS")}
          onChange={(text) => { write({ deadlineS: text }); }}
        />
        <ChoiceField
          label={operatorTexts.policy.undecided}
          options={UNDECIDED}
          value={policy.whenUndecided}
          fault={faultAt(set.refusal, "whenUndecided")}
          onChange={(choice) => { if (choice !== undefined) write({ whenUndecided: choice }); }}
        />
      </CommandForm>
    </>
  );
}
