/** A file to publish: as the first revision of a network, with its terms, or as the next one of this network. */
import { useState } from "react";
import { Button } from "../../../parts/button/Button";
import { Segments } from "../../../parts/segments/Segments";
import { labelOf } from "../../../format/names";
import { operatorTexts } from "../../../texts/operator";
import { ChoiceField } from "../common/Fields";
import form from "../common/form.module.css";
import type { OperatedNetwork } from "../queries";
import { LEVELS, UNDECIDED } from "../rules/choices";
import type { Importing } from "./useImport";

interface Props {
  /** The network of which the file may become the next revision, if there is one. */
  readonly network: OperatedNetwork | undefined;
  readonly importing: Importing;
}

const CURRENCIES = (["EUR", "GBP", "USD"] as const).map((value) => ({ value, text: value }));
const ACCEPTED = ".zip,.net,.m,.geojson,.json";

export function ImportForm({ network, importing: { outcome, start } }: Props) {
  const [aim, setAim] = useState<"network" | "revision">("network");
  const [file, setFile] = useState<File>();
  const [terms, setTerms] = useState<{ currency: "EUR" | "GBP" | "USD"; firmLevel: Level; interruptibleLevel: Level; whenUndecided: (typeof UNDECIDED)[number]["value"] }>({
    currency: network?.currency ?? "EUR",
    firmLevel: "ROBUST",
    interruptibleLevel: "FLOW",
    whenUndecided: "REFUSE",
  });
  return (
    <form
      className={form.form}
      aria-label={operatorTexts.imports.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== undefined) start(file, network === undefined || aim === "network" ? { as: "network", terms } : { as: "revision", network: network.code });
      }}
    >
      {network === undefined ? null : (
        <p className={form.foot}>
          <Segments
            label={operatorTexts.imports.as}
            options={[
              { value: "network", text: operatorTexts.imports.asNetwork },
              { value: "revision", text: operatorTexts.imports.asRevision(labelOf(network), network.revision + 1) },
            ]}
            value={aim}
            onChange={setAim}
          />
        </p>
      )}
      <label className={form.field} data-wide="">
        <span className={form.label}>{operatorTexts.imports.file}</span>
        <input type="file" accept={ACCEPTED} required onChange={(event) => { setFile(event.target.files?.[0]); }} />
      </label>
      {aim === "revision" ? null : (
        <>
          <ChoiceField label={operatorTexts.imports.currency} options={CURRENCIES} value={terms.currency} onChange={(currency) => { if (currency !== undefined) setTerms({ ...terms, currency }); }} />
          <ChoiceField label={operatorTexts.policy.undecided} options={UNDECIDED} value={terms.whenUndecided} onChange={(whenUndecided) => { if (whenUndecided !== undefined) setTerms({ ...terms, whenUndecided }); }} />
          <ChoiceField label={operatorTexts.policy.firm} options={LEVELS} value={terms.firmLevel} isWide onChange={(firmLevel) => { if (firmLevel !== undefined) setTerms({ ...terms, firmLevel }); }} />
          <ChoiceField label={operatorTexts.policy.interruptible} options={LEVELS} value={terms.interruptibleLevel} isWide onChange={(interruptibleLevel) => { if (interruptibleLevel !== undefined) setTerms({ ...terms, interruptibleLevel }); }} />
        </>
      )}
      <p className={form.foot}>
        <Button type="submit" isPrimary disabled={file === undefined || outcome.state === "sending"}>
          {outcome.state === "sending" ? operatorTexts.imports.steps[outcome.step] : operatorTexts.imports.submit}
        </Button>
      </p>
    </form>
  );
}

type Level = (typeof LEVELS)[number]["value"];
