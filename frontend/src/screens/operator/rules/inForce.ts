/** Which of several dated statements about the same hold on a gas day. */
import type { GasDay } from "../../../format/days";

interface Dated {
  readonly validFrom: GasDay;
}

/**
 * The statements in force on a gas day: of those about the same, the last one that has begun, and of several from the same day the one
 * published last. They come oldest first.
 */
export function inForce<Statement extends Dated>(statements: readonly Statement[], day: GasDay, about: (statement: Statement) => string): ReadonlySet<Statement> {
  const latest = new Map<string, Statement>();
  for (const statement of statements) {
    const before = latest.get(about(statement));
    if (statement.validFrom <= day && (before === undefined || before.validFrom <= statement.validFrom)) latest.set(about(statement), statement);
  }
  return new Set(latest.values());
}
