/** What the network workspace asks for. */
import type { ResultOf } from "../../api/graphql";
import { graphql } from "../../api/graphql";

export const NetworkDocument = graphql(`
  query Network($code: String!) {
    network(code: $code) {
      id
      code
      name
      unit
      currency
      attribution
      clock { zone startHour }
      policy { firmLevel }
      nodes { id code name role x y longitude latitude }
      edges { id code name kind capacityForward tail { id code } head { id code } }
      overlays { id kind factor reason period { start end } edge { id code } }
    }
  }
`);

export const UsageDocument = graphql(`
  query Usage($network: String!, $period: PeriodInput!) {
    usage(network: $network, period: $period) {
      cursor
      edgeCodes
      stretches { start end }
      flow
      capacityForward
      capacityBackward
      worstForward
      worstBackward
      headroomForward
      headroomBackward
    }
  }
`);

export const PressuresDocument = graphql(`
  query Pressures($network: String!, $period: PeriodInput!) {
    pressures(network: $network, period: $period) {
      cursor
      nodeCodes
      pressureBar
      pressureMinBar
      pressureMaxBar
      stretches {
        period { start end }
        outcome
        reason
        shortage { text missingBar node { id code } }
      }
    }
  }
`);

export const PositionsDocument = graphql(`
  query Positions($network: String!, $period: PeriodInput!) {
    positions(network: $network, period: $period) {
      cursor
      routes {
        firmness
        route { kind receipt { id code } delivery { id code } }
        positions { period { start end } owned free }
      }
    }
  }
`);

export const ElementUseDocument = graphql(`
  query ElementUse($network: String!, $period: PeriodInput!, $edge: String, $node: String) {
    elementUse(network: $network, period: $period, edge: $edge, node: $node) {
      cursor
      stretches {
        period { start end }
        uses {
          direction
          capacity
          worst
          demand
          contracts { code quantity share holder { id name } route { receipt { id code name } delivery { id code name } } }
          setAside { quantity share }
          others { quantity share }
        }
      }
    }
  }
`);

export type PublishedNetwork = ResultOf<typeof NetworkDocument>["network"];
export type Usage = ResultOf<typeof UsageDocument>["usage"];
export type Pressures = ResultOf<typeof PressuresDocument>["pressures"];
export type RoutePositions = ResultOf<typeof PositionsDocument>["positions"]["routes"][number];
export type UsedStretch = ResultOf<typeof ElementUseDocument>["elementUse"]["stretches"][number];
export type DirectedUse = NonNullable<UsedStretch["uses"]>[number];
export type Overlay = PublishedNetwork["overlays"][number];
