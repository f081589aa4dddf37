import { monthAndYear } from "../../../format/days";
import { Button } from "../../../parts/button/Button";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { settlementTexts } from "../../../texts/settlement";
import type { Address } from "../address";
import { CODES, filtered } from "../address";
import type { NameOf } from "../parties";
import css from "./Ledger.module.css";

interface Props {
  readonly address: Address;
  readonly nameOf: NameOf;
  readonly contractOf: string | undefined;
  readonly onChange: (next: Address) => void;
}

/** What the charges are filtered by; each filter can be taken away. */
export function Filters({ address, nameOf, contractOf, onChange }: Props) {
  const { party, month, code, contract } = address;
  const filters = [
    party === undefined ? undefined : { name: settlementTexts.party, text: nameOf(party), without: { party: undefined } },
    month === undefined ? undefined : { name: settlementTexts.gasMonth, text: monthAndYear(month), without: { month: undefined } },
    contract === undefined ? undefined : { name: settlementTexts.contract, text: contractOf ?? settlementTexts.ledger.oneContract, without: { contract: undefined } },
  ].filter((filter) => filter !== undefined);
  return (
    <PanelHead title={settlementTexts.ledger.title}>
      {filters.map(({ name, text, without }) => (
        <Button
          key={name}
          aria-label={settlementTexts.ledger.remove(name, text)}
          onClick={() => { onChange({ ...filtered(address, without), charge: undefined, proof: undefined }); }}
        >
          {text} <span aria-hidden="true">×</span>
        </Button>
      ))}
      <select
        className={css.select}
        aria-label={settlementTexts.charge}
        value={code ?? ""}
        onChange={({ target }) => {
          onChange({ ...filtered(address, { code: CODES.find((one) => one === target.value) }), charge: undefined, proof: undefined });
        }}
      >
        <option value="">{settlementTexts.ledger.allCodes}</option>
        {CODES.map((one) => <option key={one} value={one}>{settlementTexts.codes[one]}</option>)}
      </select>
    </PanelHead>
  );
}
