import type { ResultOf } from "../api/graphql";
import { graphql } from "../api/graphql";

export const NetworksDocument = graphql(`
  query Networks {
    networks {
      id
      code
      name
      unit
      clock { zone startHour }
      operator { id }
      nodes { id code name role }
    }
  }
`);

export type ListedNetwork = ResultOf<typeof NetworksDocument>["networks"][number];
