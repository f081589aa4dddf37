/** What is on sale for bookings of a gas day, and from when; and other rules from another day on. */
import { useState } from "react";
import { useQuery } from "urql";
import { countOfText } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import { fullDay } from "../../../format/days";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { CommandForm } from "../common/CommandForm";
import { ChecksField, ChoiceField, DayField, TextField } from "../common/Fields";
import { faultAt, useCommand } from "../common/useCommand";
import type { Shown } from "../shown";
import { FIRMNESS, ROUTE_KINDS, RUNTIMES } from "./choices";
import type { ProductRules } from "./queries";
import { ProductRulesDocument, SetProductRulesDocument } from "./queries";

export function ProductsPanel({ network, today }: Shown) {
  const [{ data, error }, ask] = useQuery({ query: ProductRulesDocument, variables: { network: network.code, day: today } });
  const rules = data?.productRules;
  return (
    <>
      <PanelHead title={operatorTexts.products.title} note={rules && operatorTexts.since(fullDay(rules.validFrom))} />
      <Answered data={rules} error={error} rows={8} onAsk={ask}>
        {(found) => <ProductsForm key={found.validFrom} network={network.code} rules={found} today={today} />}
      </Answered>
    </>
  );
}

interface FormProps {
  readonly network: string;
  readonly rules: ProductRules;
  readonly today: GasDay;
}

const SALE = [{ value: "yes", text: operatorTexts.products.negativeYes }, { value: "no", text: operatorTexts.products.negativeNo }] as const;

function ProductsForm({ network, rules, today }: FormProps) {
  const set = useCommand(SetProductRulesDocument, ({ setProductRules }) => setProductRules);
  const [written, setWritten] = useState({
    ...rules,
    validFrom: today,
    leadDays: String(rules.leadDays),
    horizonDays: String(rules.horizonDays),
    gasYearMonth: String(rules.gasYearMonth),
  });
  const write = (change: Partial<typeof written>) => {
    set.clear();
    setWritten({ ...written, ...change });
  };
  const counts = { leadDays: countOfText(written.leadDays), horizonDays: countOfText(written.horizonDays), gasYearMonth: countOfText(written.gasYearMonth) };
  const { leadDays, horizonDays, gasYearMonth } = counts;
  const send = leadDays === undefined || horizonDays === undefined || gasYearMonth === undefined ? undefined : () => {
    const { routeKinds, firmness, runtimes, validFrom, allowsNegativePrices } = written;
    void set.send({ input: { network, routeKinds, firmness, runtimes, validFrom, allowsNegativePrices, leadDays, horizonDays, gasYearMonth } });
  };
  const number = (field: keyof typeof counts) => ({
    label: operatorTexts.products[field],
    inputMode: "numeric" as const,
    value: written[field],
    fault: counts[field] === undefined ? operatorTexts.form.wholeWrong : faultAt(set.refusal, field),
    onChange: (text: string) => { write({ [field]: text }); },
  });
  return (
    <CommandForm
      label={operatorTexts.products.title}
      command={set}
      fields={["routeKinds", "firmness", "runtimes", "validFrom", ...Object.keys(counts)]}
      submit={operatorTexts.products.submit(fullDay(written.validFrom))}
      done={operatorTexts.form.done}
      onSend={send}
    >
      <ChecksField label={operatorTexts.products.routeKinds} options={ROUTE_KINDS} values={written.routeKinds} fault={faultAt(set.refusal, "routeKinds")} onChange={(routeKinds) => { write({ routeKinds: [...routeKinds] }); }} />
      <ChecksField label={texts.request.firmness} options={FIRMNESS} values={written.firmness} fault={faultAt(set.refusal, "firmness")} onChange={(firmness) => { write({ firmness: [...firmness] }); }} />
      <ChecksField label={operatorTexts.products.runtimes} options={RUNTIMES} values={written.runtimes} fault={faultAt(set.refusal, "runtimes")} onChange={(runtimes) => { write({ runtimes: [...runtimes] }); }} />
      <TextField {...number("leadDays")} />
      <TextField {...number("horizonDays")} />
      <TextField {...number("gasYearMonth")} />
      <ChoiceField
        label={operatorTexts.products.negative}
        options={SALE}
        value={written.allowsNegativePrices ? "yes" : "no"}
        onChange={(choice) => { write({ allowsNegativePrices: choice === "yes" }); }}
      />
      <DayField label={operatorTexts.validFrom} value={written.validFrom} fault={faultAt(set.refusal, "validFrom")} onChange={(validFrom) => { write({ validFrom }); }} />
    </CommandForm>
  );
}
