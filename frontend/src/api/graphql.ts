/** Documents typed by the committed schema. */
import { initGraphQLTada } from "gql.tada";
import type { Decimal, Quantity } from "../format/amounts";
import type { GasDay } from "../format/days";
import type { introspection } from "./graphql-env";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    Cursor: string;
    DateTime: string;
    Decimal: Decimal;
    Float32Column: string;
    GasDay: GasDay;
    Int32Column: string;
    Int64Column: string;
    Price: Decimal;
    Quantity: Quantity;
  };
}>();

export { readFragment } from "gql.tada";
export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
