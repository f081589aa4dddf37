/** What can be done after a refusal of more than there is. */
import { whole } from "../../../format/amounts";
import { isNothing, smallest } from "../../../format/drawing";
import { marketTexts } from "../../../texts/market";
import type { Go } from "../address";
import type { Steps } from "./Refusal";
import type { Act } from "./useAct";

/** Take the largest quantity that is free throughout, if any is. */
export function holdsStep(act: Act<unknown>, onGo: Go): Steps {
  if (act.state !== "refused") return {};
  const most = smallest((act.problem.free ?? []).map(({ quantity }) => quantity));
  if (most === undefined || isNothing(most)) return {};
  return { CAPACITY_NOT_HELD: { text: marketTexts.act.most(whole(most)), act: () => { onGo({ quantity: most }); } } };
}
