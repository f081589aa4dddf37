import { settlementTexts } from "../../texts/settlement";

const CAUSES: Readonly<Record<string, string>> = settlementTexts.causes;

/** What an entry settles, such as "contract.booked capacity:73", in words; as the API says it where there are none. */
export function causeOf(cause: string): string {
  const [topic = cause] = cause.split(" ");
  return CAUSES[topic] ?? topic;
}
