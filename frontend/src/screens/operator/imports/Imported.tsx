/** What was published, with what the importer assumed or changed. */
import { Link } from "@tanstack/react-router";
import { labelOf } from "../../../format/names";
import { texts } from "../../../texts/en";
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";
import css from "./Imports.module.css";
import type { Published } from "./queries";

export function Imported({ published }: { readonly published: Published }) {
  return (
    <>
      <p className={css.published} role="status">{operatorTexts.imports.published(labelOf(published), published.revision)}</p>
      <p className={screen.text}>
        <Link className={screen.link} to="/networks/$network" params={{ network: published.code }}>{texts.portfolio.onMap}</Link>
        {", "}
        <Link className={screen.link} to="/networks/$network/operator" params={{ network: published.code }} search={{ part: "rules" }}>
          {operatorTexts.imports.toRules}
        </Link>
      </p>
      {published.notes.length === 0 ? null : (
        <>
          <h3 className={screen.heading}>{operatorTexts.imports.notes}</h3>
          <ul className={css.notes}>{published.notes.map((note) => <li key={note}>{note}</li>)}</ul>
        </>
      )}
    </>
  );
}
