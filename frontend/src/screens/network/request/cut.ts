/** The cut that refuses a request, for the map. */
import { drawn } from "../../../format/drawing";
import type { Cut } from "../../../parts/network_map/scene";
import type { PublishedNetwork } from "../queries";
import type { DryRun } from "./useDryRun";

export function cutOf(network: PublishedNetwork, dryRun: DryRun): Cut | undefined {
  if (dryRun.state !== "answered" || dryRun.answer.__typename !== "CapacityExhaustedProblem") return undefined;
  const [cut] = [...dryRun.answer.bottlenecks].sort((one, other) => drawn(other.missing) - drawn(one.missing));
  if (cut === undefined) return undefined;
  const reached = new Set(cut.nodes.map(({ code }) => code));
  return {
    edges: cut.edges.map(({ edge }) => edge.code),
    beyond: network.nodes.map(({ code }) => code).filter((code) => !reached.has(code)),
  };
}
