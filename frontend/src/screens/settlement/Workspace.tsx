import { useKeys } from "../../keyboard/useKeys";
import { Notice } from "../../parts/notice/Notice";
import { settlementTexts } from "../../texts/settlement";
import type { Address } from "./address";
import { filtered, withCharge } from "./address";
import { BalancesPanel } from "./balances/BalancesPanel";
import { ChargePanel } from "./charge/ChargePanel";
import { LedgerPanel } from "./ledger/LedgerPanel";
import css from "./SettlementScreen.module.css";
import { LogPanel } from "./side/LogPanel";
import { ParkedPanel } from "./side/ParkedPanel";
import { Strip } from "./strip/Strip";
import type { Settlement } from "./useSettlement";
import { useSettlement } from "./useSettlement";

interface Props {
  readonly address: Address;
  /** The code of one's own party, if one acts for any. */
  readonly own: string | undefined;
  readonly onChange: (next: Address) => void;
}

export function Workspace({ address, own, onChange }: Props) {
  const settlement = useSettlement(address);
  const rows = settlement.charges.data?.rows ?? [];
  const chosen = address.charge ?? rows[0]?.key;
  const choose = (key: string | undefined) => {
    if (key !== undefined) onChange(withCharge(address, key));
  };
  const place = rows.findIndex(({ key }) => key === chosen);
  const next = () => { choose(rows[place + 1]?.key); };
  const previous = () => { choose(rows[place - 1]?.key); };
  useKeys({ J: next, j: next, K: previous, k: previous });
  return (
    <div className={css.screen} data-chosen={address.charge === undefined && address.show === undefined ? undefined : ""}>
      <Strip status={settlement.status} show={address.show} onShow={(show) => { onChange({ ...address, show }); }} />
      <section className={css.balances} aria-label={settlementTexts.balances.title}>
        <BalancesPanel settlement={settlement} address={address} own={own} onChange={onChange} />
      </section>
      <section className={css.ledger} aria-label={settlementTexts.ledger.title}>
        <LedgerPanel
          charges={settlement.charges}
          nameOf={settlement.nameOf}
          address={address}
          chosen={chosen}
          onChoose={choose}
          onChange={onChange}
        />
      </section>
      <section className={css.side} aria-label={settlementTexts.side}>
        <Side settlement={settlement} address={address} chosen={chosen} onChange={onChange} />
      </section>
    </div>
  );
}

interface SideProps {
  readonly settlement: Settlement;
  readonly address: Address;
  readonly chosen: string | undefined;
  readonly onChange: (next: Address) => void;
}

function Side({ settlement, address, chosen, onChange }: SideProps) {
  const close = () => { onChange({ ...address, show: undefined }); };
  if (address.show === "parked") return <ParkedPanel status={settlement.status} onClose={close} />;
  if (address.show === "log") return <LogPanel status={settlement.status} onClose={close} />;
  if (chosen === undefined) return <Notice title={settlementTexts.nothingCharged}>{settlementTexts.nothingChargedWhy}</Notice>;
  return (
    <ChargePanel
      key={chosen}
      charge={chosen}
      party={address.party}
      nameOf={settlement.nameOf}
      isProofShown={address.proof === "checked"}
      onProof={(isShown) => { onChange({ ...address, charge: chosen, proof: isShown ? "checked" : undefined }); }}
      onChoose={(charge) => { onChange(withCharge(address, charge)); }}
      onContract={(contract) => { onChange({ ...filtered(address, { contract, month: undefined, code: undefined }), charge: chosen }); }}
    />
  );
}
