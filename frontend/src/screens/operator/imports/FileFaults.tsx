/** Everything that is wrong with a file, each fault at its place, with the line of the file where there is one. */
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";
import css from "./Imports.module.css";
import { lineOf, placeIn } from "./places";
import type { Refused } from "./useImport";

export function FileFaults({ refused: { file, message, faults, lines } }: { readonly refused: Refused }) {
  if (faults.length === 0) return <p className={css.refusal} role="alert">{message}</p>;
  return (
    <>
      <p className={css.refusal} role="alert">{operatorTexts.imports.faults(faults.length, file)}</p>
      <table className={screen.table}>
        <thead>
          <tr>
            <th scope="col" className={screen.number}>{operatorTexts.imports.line}</th>
            <th scope="col">{operatorTexts.imports.element}</th>
            <th scope="col">{operatorTexts.imports.wrong}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault) => {
            const place = placeIn(file, fault.place);
            const excerpt = lineOf(lines, place.line);
            return (
              <tr key={`${fault.place ?? ""} ${fault.message}`}>
                <td className={screen.number}>{place.line}</td>
                <td className={css.element}>{place.element}</td>
                <td className={screen.wraps}>
                  {fault.message}
                  {excerpt === undefined ? null : <code className={css.excerpt}>{excerpt}</code>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
