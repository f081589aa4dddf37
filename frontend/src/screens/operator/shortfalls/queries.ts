import type { ResultOf } from "../../../api/graphql";
import { graphql } from "../../../api/graphql";

export const ShortfallsDocument = graphql(`
  query Shortfalls($network: String!, $period: PeriodInput!) {
    shortfalls(network: $network, period: $period) {
      level
      cuts {
        text
        periods { start end }
        limit { receipt { id code name } delivery { id code name } }
        edges { capacity edge { id code name } }
        capacity
        demand
        units
        contracts {
          code
          units
          period { start end }
          route { receipt { id code name } delivery { id code name } }
          holder { id name }
        }
      }
      pressures {
        periods { start end }
        shortage { text }
        contracts {
          code
          units
          period { start end }
          route { receipt { id code name } delivery { id code name } }
          holder { id name }
        }
      }
      undecided { reason periods { start end } }
    }
  }
`);

export type Shortfalls = ResultOf<typeof ShortfallsDocument>["shortfalls"];
export type ShortCut = Shortfalls["cuts"][number];
export type Touched = ShortCut["contracts"][number];
