import { useMemo } from "react";
import { useQuery } from "urql";
import { labelOf } from "../../../format/names";
import type { ListedNetwork } from "../../../shell/queries";
import { NetworksDocument } from "../../../shell/queries";
import { texts } from "../../../texts/en";
import { marketTexts } from "../../../texts/market";
import type { Filter } from "../address";
import { entriesOf, exitsOf } from "../fields/points";
import { SelectField } from "../fields/SelectField";

type Route = Pick<Filter, "delivery" | "receipt">;

interface Props {
  readonly network: string;
  readonly filter: Route;
  readonly onChange: (route: Route) => void;
}

/** An entry or an exit, or a path that the address names. */
export function RouteField({ network, filter, onChange }: Props) {
  const [{ data }] = useQuery({ query: NetworksDocument });
  const nodes = data?.networks.find(({ code }) => code === network)?.nodes;
  const routes = useMemo(() => new Map(routesOf(nodes ?? [], filter).map((one) => [keyOf(one.route), one])), [nodes, filter]);
  return (
    <SelectField
      name="route"
      label={marketTexts.route}
      value={keyOf(filter)}
      options={[...routes].map(([value, { text }]) => ({ value, text }))}
      onChange={(key) => { onChange(routes.get(key)?.route ?? ANY); }}
    />
  );
}

const ANY: Route = { receipt: undefined, delivery: undefined };

const keyOf = ({ receipt, delivery }: Route): string => `${receipt ?? ""}>${delivery ?? ""}`;

interface Option {
  readonly route: Route;
  readonly text: string;
}

function routesOf(nodes: ListedNetwork["nodes"], filter: Route): Option[] {
  const names = new Map(nodes.map((node) => [node.code, labelOf(node)]));
  const { receipt, delivery } = filter;
  return [
    { route: ANY, text: marketTexts.anyRoute },
    ...entriesOf(nodes).map((node) => ({ route: { receipt: node.code, delivery: undefined }, text: marketTexts.entry(labelOf(node)) })),
    ...exitsOf(nodes).map((node) => ({ route: { receipt: undefined, delivery: node.code }, text: marketTexts.exit(labelOf(node)) })),
    ...(receipt !== undefined && delivery !== undefined
      ? [{ route: { receipt, delivery }, text: texts.route.name(names.get(receipt) ?? receipt, names.get(delivery) ?? delivery) }]
      : []),
  ];
}
