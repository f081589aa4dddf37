/** The families of rows, by their numbers in a certificate; docs/guide/certificates.md states each. */
export const RowKind = {
  BALANCE: 0,
  BRIDGE_TAIL: 1,
  BRIDGE_HEAD: 2,
  DROP: 3,
  CHORD: 4,
  TANGENT: 5,
  LEVEL: 6,
  FLOW_BELOW: 7,
  FLOW_ABOVE: 8,
  SIGN: 9,
  RATIO_MAX: 10,
  RATIO_MIN: 11,
  INLET: 12,
  OUTLET: 13,
  DIFFERENCE: 14,
  FACET: 15,
  LOSS: 16,
  SQUARE_TANGENT: 17,
  SQUARE_CHORD: 18,
  SQUARE_LEVEL: 19,
  PRESSURE_BELOW: 20,
  PRESSURE_ABOVE: 21,
  GAP: 22,
  BYPASS: 23,
} as const;

/** Row `part` of a FACET is its configuration times this, plus the facet. */
export const FACETS = 1 << 12;

/** How the loosened row of a mode is strengthened towards an end of the flow's interval. */
export const Tilt = {
  NONE: 0,
  LOWER_TOWARDS_MAX: 1,
  LOWER_TOWARDS_MIN: 2,
  UPPER_TOWARDS_MAX: 3,
  UPPER_TOWARDS_MIN: 4,
} as const;

export const nameOf = (kind: number): string => Object.entries(RowKind).find(([, number]) => number === kind)?.[0] ?? String(kind);
