import type { CombinedError } from "urql";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { settlementTexts } from "../../../texts/settlement";
import type { Address } from "../address";
import type { NameOf } from "../parties";
import type { Charges } from "../useSettlement";
import { Filters } from "./Filters";
import css from "./Ledger.module.css";
import { LedgerTable } from "./LedgerTable";

interface Props {
  readonly charges: { readonly data: Charges | undefined; readonly error: CombinedError | undefined; readonly onRetry: () => void };
  readonly nameOf: NameOf;
  readonly address: Address;
  readonly chosen: string | undefined;
  readonly onChoose: (charge: string) => void;
  readonly onChange: (next: Address) => void;
}

/** The charges of the ledger that fit what is filtered for, newest first. */
export function LedgerPanel({ charges: { data, error, onRetry }, nameOf, address, chosen, onChoose, onChange }: Props) {
  const isFiltered = [address.party, address.month, address.code, address.contract].some((filter) => filter !== undefined);
  return (
    <>
      <Filters address={address} nameOf={nameOf} contractOf={contractCodeOf(data, address)} onChange={onChange} />
      {data === undefined ? (
        error === undefined ? <Skeleton rows={12} /> : <Fault error={error} onRetry={onRetry} />
      ) : data.rows.length === 0 ? (
        <Notice title={isFiltered ? settlementTexts.ledger.nothing : settlementTexts.ledger.empty}>
          {isFiltered ? settlementTexts.ledger.nothingWhy : settlementTexts.ledger.emptyWhy}
        </Notice>
      ) : (
        <LedgerTable rows={data.rows} nameOf={nameOf} chosen={chosen} onChoose={onChoose} />
      )}
      <Pages address={address} data={data} onChange={onChange} />
    </>
  );
}

/** The code of the contract that is filtered for, which the address has by its id. */
const contractCodeOf = (data: Charges | undefined, { contract }: Address): string | undefined =>
  data?.rows.find(({ side }) => side.contractId === contract)?.side.contractCode;

interface PagesProps {
  readonly address: Address;
  readonly data: Charges | undefined;
  readonly onChange: (next: Address) => void;
}

function Pages({ address, data, onChange }: PagesProps) {
  const last = data?.rows.at(-1)?.entry.sequence;
  const hasMore = data?.hasMore === true && last !== undefined;
  if (!hasMore && address.before === undefined) return null;
  return (
    <p className={css.pages}>
      {address.before === undefined ? null : (
        <Button onClick={() => { onChange({ ...address, before: undefined, charge: undefined, proof: undefined }); }}>{settlementTexts.ledger.newest}</Button>
      )}
      {hasMore ? (
        <Button onClick={() => { onChange({ ...address, before: last, charge: undefined, proof: undefined }); }}>{settlementTexts.ledger.earlier}</Button>
      ) : null}
    </p>
  );
}
