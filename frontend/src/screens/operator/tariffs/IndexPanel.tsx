/** The values of an index that prices follow: what is published, with its corrections, and more of them as a table. */
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { exact } from "../../../format/amounts";
import { addDays, addMonths, weekday } from "../../../format/days";
import { instant } from "../../../format/instants";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import { CommandForm } from "../common/CommandForm";
import { Empty } from "../common/Empty";
import { AreaField, ChoiceField } from "../common/Fields";
import { useCommand } from "../common/useCommand";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import type { IndexValue } from "./queries";
import { IndexValuesDocument, PublishIndexValuesDocument } from "./queries";
import css from "./Tariffs.module.css";

const DAYS_AHEAD = 31;
const MONTHS_BACK = 2;
const CSV_ROWS = 8;

export function IndexPanel({ network, address, today, indices, onGo }: Shown & { readonly indices: readonly string[] }) {
  const index = address.index ?? indices[0];
  return (
    <>
      <PanelHead title={operatorTexts.indices.title} note={operatorTexts.indices.note(network.currency)} />
      <div className={css.values}>
        <div>
          {indices.length === 0 ? null : (
            <div className={css.index}>
              <ChoiceField
                label={operatorTexts.prices.fields.index}
                options={indices.map((value) => ({ value, text: value }))}
                value={index}
                onChange={(next) => { onGo({ index: next }, true); }}
              />
            </div>
          )}
          {index === undefined ? <Empty title={operatorTexts.indices.none} why={operatorTexts.indices.noneWhy} /> : <Values key={index} {...{ network, today, index }} />}
        </div>
        <PublishForm network={network.code} example={`index,day,value\n${index ?? "TTF"},${today},31.25`} />
      </div>
    </>
  );
}

function Values({ network, today, index }: Pick<Shown, "network" | "today"> & { readonly index: string }) {
  const variables = useMemo(
    () => ({ network: network.code, index, period: { start: addMonths(today, -MONTHS_BACK), end: addDays(today, DAYS_AHEAD) } }),
    [network.code, index, today],
  );
  const [{ data, error }, ask] = useQuery({ query: IndexValuesDocument, variables });
  return (
    <Answered data={data?.indexValues} error={error} rows={6} onAsk={ask}>
      {(values) => (values.length === 0 ? (
        <Empty title={operatorTexts.indices.noValues} why={operatorTexts.indices.noValuesWhy} />
      ) : <ValueTable values={values} />)}
    </Answered>
  );
}

function ValueTable({ values }: { readonly values: readonly IndexValue[] }) {
  return (
    <table className={screen.table}>
      <thead>
        <tr>
          <th scope="col">{operatorTexts.indices.day}</th>
          <th scope="col" className={screen.number}>{operatorTexts.indices.value}</th>
          <th scope="col">{operatorTexts.indices.revision}</th>
          <th scope="col">{operatorTexts.indices.published}</th>
        </tr>
      </thead>
      <tbody>
        {values.toReversed().map(({ day, value, revision, publishedAt }) => (
          <tr key={`${day} ${String(revision)}`}>
            <td>{weekday(day)}</td>
            <td className={screen.number}><b>{exact(value)}</b></td>
            <td>{revision === 1 ? "" : operatorTexts.indices.correction(revision - 1)}</td>
            <td>{instant(publishedAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Faults stay beside the table, each with its line. */
function PublishForm({ network, example }: { readonly network: string; readonly example: string }) {
  const publish = useCommand(PublishIndexValuesDocument, ({ publishIndexValues }) => publishIndexValues);
  const [csv, setCsv] = useState("");
  return (
    <CommandForm
      label={operatorTexts.indices.publish}
      command={publish}
      fields={[]}
      submit={operatorTexts.indices.publish}
      done={operatorTexts.indices.done}
      onSend={csv.trim() === "" ? undefined : () => { void publish.send({ input: { network, csv } }); }}
    >
      <AreaField
        label={operatorTexts.indices.csv}
        rows={CSV_ROWS}
        value={csv}
        placeholder={example}
        onChange={(text) => {
          publish.clear();
          setCsv(text);
        }}
      />
    </CommandForm>
  );
}
