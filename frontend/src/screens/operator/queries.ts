/** What every part of the operator's screen knows of the network. */
import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

/** The cursor of what is set aside, as of all that changes what can be had; a part asks later, so that it misses no change of the network. */
export const OperatedNetworkDocument = graphql(`
  query OperatedNetwork($code: String!) {
    setAsides(network: $code, first: 1) { cursor }
    network(code: $code) {
      id
      code
      name
      unit
      currency
      revision
      attribution
      notes
      clock { zone startHour }
      policy { firmLevel interruptibleLevel deadlineS whenUndecided }
      nodes { id code name role x y longitude latitude mayEnter mayExit }
      edges { id code name kind capacityForward tail { id code name } head { id code name } }
    }
  }
`);

export type OperatedNetwork = ResultOf<typeof OperatedNetworkDocument>["network"];
