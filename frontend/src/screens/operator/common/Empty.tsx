/** What stands where a list among other things is empty, and what to do about it. */
import screen from "../Operator.module.css";

export function Empty({ title, why }: { readonly title: string; readonly why?: string }) {
  return <p className={screen.text}><b>{title}.</b> {why}</p>;
}
