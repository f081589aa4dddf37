/** By what rules capacity is sold: the policy of proofs, products, interruptible quantities, and what is set aside. */
import { texts } from "../../../texts/en";
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
      <section className={screen.panel} aria-label={texts.operator.policy.title}><PolicyPanel {...shown} /></section>
      <section className={screen.panel} aria-label={texts.operator.interruptible.title}><InterruptiblePanel {...shown} /></section>
      <section className={screen.panel} aria-label={texts.operator.products.title}><ProductsPanel {...shown} /></section>
      <section className={screen.panel} aria-label={texts.operator.setAsides.title}><SetAsidesPanel {...shown} /></section>
    </div>
  );
}
