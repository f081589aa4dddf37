/** Publishing networks from files, beside one or where there is none yet, and the networks there are with their newest revision. */
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { unitName } from "../../../format/amounts";
import { labelOf } from "../../../format/names";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Tag } from "../../../parts/tag/Tag";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import { Answered } from "../common/Answered";
import screen from "../Operator.module.css";
import type { OperatedNetwork } from "../queries";
import css from "./Imports.module.css";
import { FileFaults } from "./FileFaults";
import { ImportForm } from "./ImportForm";
import { Imported } from "./Imported";
import type { PublishedNetwork } from "./queries";
import { PublishedNetworksDocument } from "./queries";
import { useImport } from "./useImport";

export function ImportPart({ network }: { readonly network?: OperatedNetwork }) {
  const [{ data, error }, ask] = useQuery({ query: PublishedNetworksDocument });
  const importing = useImport();
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} aria-label={operatorTexts.imports.title}>
        <PanelHead title={operatorTexts.imports.title} />
        <ImportForm network={network} importing={importing} />
      </section>
      <section className={screen.panel} tabIndex={0} aria-label={operatorTexts.imports.outcome}>
        <PanelHead title={operatorTexts.imports.outcome} />
        {importing.outcome.state === "refused" ? <FileFaults refused={importing.outcome} /> : null}
        {importing.outcome.state === "published" ? <Imported published={importing.outcome.network} /> : null}
        {importing.outcome.state === "none" ? <p className={screen.text}>{operatorTexts.imports.explanation}</p> : null}
        {importing.outcome.state === "sending" ? <p className={screen.text}>{operatorTexts.imports.steps[importing.outcome.step]}</p> : null}
      </section>
      <section className={screen.panel} aria-label={operatorTexts.imports.networks}>
        <PanelHead title={operatorTexts.imports.networks} note={operatorTexts.imports.revisionNote} />
        <Answered data={data} error={error} rows={4} onAsk={ask}>{({ networks }) => <Networks networks={networks} shown={network?.code} />}</Answered>
      </section>
    </div>
  );
}

function Networks({ networks, shown }: { readonly networks: readonly PublishedNetwork[]; readonly shown: string | undefined }) {
  return (
    <table className={screen.table}>
      <thead>
        <tr>
          <th scope="col">{texts.shell.network}</th>
          <th scope="col">{operatorTexts.imports.code}</th>
          <th scope="col" className={screen.number}>{operatorTexts.imports.revision}</th>
          <th scope="col">{operatorTexts.imports.unit}</th>
          <th scope="col">{operatorTexts.policy.firm}</th>
          <th scope="col">{operatorTexts.imports.operator}</th>
        </tr>
      </thead>
      <tbody>
        {networks.map((one) => (
          <tr key={one.id} aria-current={one.code === shown ? "true" : undefined}>
            <th scope="row"><Link className={screen.link} to="/networks/$network" params={{ network: one.code }}>{labelOf(one)}</Link></th>
            <td>{one.code}</td>
            <td className={screen.number}><Tag>{one.revision}</Tag></td>
            <td>{unitName(one.unit)}</td>
            <td>{texts.levels[one.policy.firmLevel]}</td>
            <td>{one.operator.name}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
