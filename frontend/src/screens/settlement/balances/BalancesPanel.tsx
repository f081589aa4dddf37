import type { GasDay } from "../../../format/days";
import { addMonths, monthsWithin } from "../../../format/days";
import { Button } from "../../../parts/button/Button";
import { Fault } from "../../../parts/notice/Fault";
import { Notice } from "../../../parts/notice/Notice";
import { PanelHead } from "../../../parts/panel/PanelHead";
import { Segments } from "../../../parts/segments/Segments";
import { Skeleton } from "../../../parts/skeleton/Skeleton";
import { settlementTexts } from "../../../texts/settlement";
import type { Address, ChargeCode } from "../address";
import { CODES, filtered } from "../address";
import type { Settlement } from "../useSettlement";
import css from "./Balances.module.css";
import { BalanceTable } from "./BalanceTable";
import { MonthChart } from "./MonthChart";
import { stacksOf } from "./stacks";

interface Props {
  readonly settlement: Settlement;
  readonly address: Address;
  readonly own: string | undefined;
  readonly onChange: (next: Address) => void;
}

const STEP_MONTHS = 12;
const VIEWS = [
  { value: "chart", text: settlementTexts.balances.views.chart },
  { value: "table", text: settlementTexts.balances.views.table },
] as const;

/** What parties owe and are owed by gas month: of one as a chart, of all as a table. */
export function BalancesPanel({ settlement, address, own, onChange }: Props) {
  const { balances, months, parties, nameOf } = settlement;
  const isTable = address.view === "table";
  const drawn = [address.party, own].find((code) => parties.some((party) => party.code === code)) ?? parties[0]?.code;
  const move = (by: number) => { onChange({ ...address, from: addMonths(months.start, by) }); };
  return (
    <>
      <PanelHead title={settlementTexts.balances.title} note={drawn === undefined || isTable ? undefined : settlementTexts.balances.of(nameOf(drawn))}>
        {isTable ? null : <Legend />}
        <Button aria-label={settlementTexts.balances.earlier} onClick={() => { move(-STEP_MONTHS); }}>‹</Button>
        <Button aria-label={settlementTexts.balances.later} onClick={() => { move(STEP_MONTHS); }}>›</Button>
        <Segments
          label={settlementTexts.balances.view}
          options={VIEWS}
          value={isTable ? "table" : "chart"}
          onChange={(view) => { onChange({ ...address, view: view === "table" ? view : undefined }); }}
        />
      </PanelHead>
      {balances.data === undefined ? (
        balances.error === undefined ? <Skeleton rows={6} /> : <Fault error={balances.error} onRetry={balances.onRetry} />
      ) : balances.data.length === 0 ? (
        <Notice title={settlementTexts.balances.empty}>{settlementTexts.balances.emptyWhy}</Notice>
      ) : isTable ? (
        <BalanceTable
          balances={balances.data}
          months={monthsWithin(months)}
          chosen={{ party: address.party, month: address.month, code: address.code }}
          onChoose={(party, month, code) => { onChange({ ...filtered(address, { party, month, code }), charge: undefined, proof: undefined }); }}
        />
      ) : (
        <div className={css.charts}>
          {stacksOf(balances.data, drawn).map((stacks) => (
            <MonthChart
              key={stacks.currency}
              stacks={stacks}
              months={monthsWithin(months)}
              chosen={address.month}
              onChoose={(month: GasDay, code: ChargeCode) => {
                onChange({ ...filtered(address, { party: drawn, month, code }), charge: undefined, proof: undefined });
              }}
            />
          ))}
        </div>
      )}
    </>
  );
}

function Legend() {
  return (
    <span className={css.legend}>
      {CODES.map((code) => <span key={code}><i data-code={code} />{settlementTexts.codes[code]}</span>)}
    </span>
  );
}
