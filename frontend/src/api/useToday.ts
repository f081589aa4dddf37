import type { Clock, GasDay } from "../format/days";
import { gasDayAt } from "../format/days";
import { useNow } from "./useNow";

const REFRESH_S = 60;
const UTC: Clock = { zone: "UTC", startHour: 0 };

/** The gas day that runs at a network, also once the next one has begun; its clock may not be known yet. */
export const useToday = (clock: Clock = UTC): GasDay => gasDayAt(useNow(REFRESH_S), clock);
