/** By what rules capacity is sold: the policy of proofs, products, interruptible quantities, and what is set aside. */
import { operatorTexts } from "../../../texts/operator";
import screen from "../Operator.module.css";
import type { Shown } from "../shown";
import { InterruptiblePanel } from "./InterruptiblePanel";
import { PolicyPanel } from "./PolicyPanel";
import { ProductsPanel } from "./ProductsPanel";
import css from "./Rules.module.css";
import { SetAsidesPanel } from "./SetAsidesPanel";

export function RulesPart(shown: Shown) {
  return (
    <div className={`${screen.panels ?? ""} ${css.part ?? ""}`}>
      <section className={screen.panel} aria-label={operatorTexts.policy.title}><PolicyPanel {...shown} /></section>
      <section className={screen.panel} aria-label={operatorTexts.interruptible.title}><InterruptiblePanel {...shown} /></section>
      <section className={screen.panel} aria-label={operatorTexts.products.title}><ProductsPanel {...shown} /></section>
      <section className={screen.panel} aria-label={operatorTexts.setAsides.title}><SetAsidesPanel {...shown} /></section>
    </div>
  );
}
