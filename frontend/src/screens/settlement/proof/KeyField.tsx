import { useState } from "react";
import { useStore } from "../../../api/store";
import { Button } from "../../../parts/button/Button";
import { settlementTexts } from "../../../texts/settlement";
import css from "./Proof.module.css";
import { trustedKey, trustKey } from "./trusted";

/** The verifier key by which this browser checks the log. */
export function KeyField() {
  const trusted = useStore(trustedKey);
  const [typed, setTyped] = useState<string>();
  const entered = (typed ?? trusted ?? "").trim();
  return (
    <form
      className={css.key}
      onSubmit={(event) => {
        event.preventDefault();
        trustKey(entered === "" ? undefined : entered);
        setTyped(undefined);
      }}
    >
      <label>
        {settlementTexts.proof.key}
        <input
          name="verifier-key"
          autoComplete="off"
          spellCheck={false}
          placeholder={settlementTexts.proof.keyExample}
          value={typed ?? trusted ?? ""}
          onChange={({ target }) => { setTyped(target.value); }}
        />
      </label>
      <Button type="submit" disabled={entered === (trusted ?? "")}>{entered === "" && trusted !== undefined ? settlementTexts.proof.forget : settlementTexts.proof.use}</Button>
      <p>{settlementTexts.proof.keyWhy}</p>
    </form>
  );
}
