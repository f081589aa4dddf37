/**
 * The second checker: decides from the published format alone whether the certificates of a verdict prove it.
 *
 * It is written from docs/guide/certificates.md, with nothing of the platform's own checker but the format, and
 * needs nothing but the two documents: no network connection, no solver.
 */
import type { Booked } from "./booked";
import { differences } from "./booked";
import { checkCut } from "./capacities/cut";
import { checkFlow } from "./capacities/flow";
import { beyondLimits } from "./capacities/limits";
import { checkSoldOut } from "./capacities/sold_out";
import { checkTree } from "./capacities/tree";
import type { DayProof, Level } from "./document/certificates";
import type { KindOfDay } from "./document/days";
import { alone, kindsOfDay, overlap } from "./document/days";
import type { ProofDocument, Verdict } from "./document/document";
import { readDocument } from "./document/document";
import { JsonFault, parseJson } from "./document/json";
import type { Network } from "./document/network";
import { readNetwork } from "./document/network";
import type { Fault } from "./document/reader";
import { Reader, Unfounded } from "./document/reader";
import type { Days } from "./document/rights";
import { isoDay } from "./document/rights";
import { sha256 } from "./document/sha256";
import type { Checked, Findings } from "./findings";
import { PressureChecker } from "./pressures/proofs";

export interface Documents {
  /** A revision, "linepack.network/1", byte for byte as published. */
  readonly network: string;
  /** A verdict with its certificates, "linepack.proof/1". */
  readonly proof: string;
}

/** Check the certificates of a verdict, and that they are about what was booked, if that is given. */
export function checkDocuments(documents: Documents, booked?: Booked): Findings {
  const faults: Fault[] = [];
  const network = read(documents.network, "network", readNetwork, faults);
  const proof = read(documents.proof, "proof", readDocument, faults);
  if (network === undefined || proof === undefined) {
    return { holds: false, outcome: proof?.verdict.outcome ?? "undecided", level: proof?.verdict.level ?? "rights", faults, proofs: [] };
  }
  const checker = new Checker(network, proof);
  faults.push(...mismatches(network, proof, sha256(documents.network)), ...uncovered(proof), ...(booked === undefined ? [] : differences(proof, booked)));
  faults.push(...checker.beyondLimits());
  const proofs = checker.proofs();
  const holds = faults.length === 0 && proofs.every((one) => one.faults.length === 0);
  return { holds, outcome: proof.verdict.outcome, level: proof.verdict.level, faults, proofs };
}

function read<T>(text: string, name: string, of: (reader: Reader) => T, faults: Fault[]): T | undefined {
  const found: Fault[] = [];
  try {
    const value = of(new Reader(parseJson(text), found, undefined, name));
    if (found.length === 0) return value;
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    found.push({ path: name, message: fault.message });
  }
  faults.push(...found);
  return undefined;
}

/** Where the documents are not about the same network and the same rights. */
function mismatches(network: Network, { network: named, rights, overlays, verdict }: ProofDocument, hash: string): Fault[] {
  const faults: Fault[] = [];
  const expect = (path: string, isRight: boolean, message: string): void => {
    if (!isRight) faults.push({ path, message });
  };
  const about = verdict.rightsVersion;
  expect("proof.network.sha256", named.sha256 === hash, "is not the hash of the network");
  expect("proof.network.code", named.code === network.code, `is not ${network.code}`);
  expect("proof.network.revision_id", named.revisionId === verdict.revisionId, "is not the revision of the verdict");
  expect("proof.rights.version", rights.version === about, `version ${String(rights.version)} is not the ${String(about)} it is about`);
  expect("proof.rights.firmness", rights.firmness === verdict.request.firmness, `is not ${verdict.request.firmness}`);
  expect("proof.overlays", overlays.every(({ edge }) => network.edges.some(({ id }) => id === edge)), "are on unknown edges");
  const days = rights.days.flatMap(({ periods }) => periods).sort((one, other) => one.start - other.start);
  const { start, end } = verdict.request.period;
  const isPartition = days[0]?.start === start && days.at(-1)?.end === end && days.every((one, place) => (days[place + 1]?.start ?? end) === one.end);
  expect("proof.rights.days", isPartition, "are not each gas day asked for once");
  return faults;
}

/** Every gas day of a feasible request needs a proof of capacities and, where demanded, one of pressures. */
function uncovered({ verdict }: ProofDocument): Fault[] {
  const { outcome, level, proofs, request } = verdict;
  if (outcome === "infeasible" && proofs.length === 0) return [{ path: "proof.verdict.proofs", message: "nothing shows that the request is infeasible" }];
  if (outcome !== "feasible") return [];
  const missing = (what: string, own: readonly DayProof[]): Fault[] => {
    const left = daysLeft(request.period, own.flatMap(({ periods }) => periods));
    const [first] = left;
    if (first === undefined) return [];
    return [{ path: "proof.verdict.proofs", message: `${String(left.length)} gas days from ${isoDay(first)} on lack a proof${what}` }];
  };
  const ofPressures = level === "hydraulic" ? missing(" of pressures", proofs.filter((one) => one.level === "hydraulic")) : [];
  return [...missing("", proofs.filter((one) => one.level !== "hydraulic")), ...ofPressures];
}

function daysLeft({ start, end }: Days, proved: readonly Days[]): number[] {
  const isProved = new Array<boolean>(end - start).fill(false);
  for (const period of proved) isProved.fill(true, Math.max(period.start - start, 0), Math.max(period.end - start, 0));
  return isProved.flatMap((done, place) => (done ? [] : [start + place]));
}

const NOTHING: Checked = { faults: [], figures: null };
const fault = (message: string): Checked => ({ faults: [message], figures: null });

class Checker {
  private readonly verdict: Verdict;
  private readonly days: readonly KindOfDay[];
  private readonly pressures: PressureChecker;

  constructor(private readonly network: Network, private readonly document: ProofDocument) {
    this.verdict = document.verdict;
    this.days = kindsOfDay(network, document);
    this.pressures = new PressureChecker(network, document.hydraulics);
  }

  proofs(): Findings["proofs"] {
    return this.verdict.proofs.map((proof) => ({
      periods: proof.periods,
      level: proof.level,
      outcome: proof.outcome,
      kind: proof.certificate.kind,
      ...this.checked(proof),
    }));
  }

  /** A verdict that accepts a request keeps what its points and its path let through, whatever the level. */
  beyondLimits(): Fault[] {
    const { outcome, request: { route } } = this.verdict;
    if (outcome !== "feasible") return [];
    const path = "proof.verdict.request";
    try {
      return beyondLimits(this.network, this.days, route).map((message) => ({ path, message }));
    } catch (unfounded) {
      if (unfounded instanceof Unfounded) return [{ path, message: unfounded.message }];
      throw unfounded;
    }
  }

  /** An UNDECIDED verdict claims nothing. */
  private checked(proof: DayProof): Checked {
    if (this.verdict.outcome === "undecided") return NOTHING;
    if (proof.outcome !== this.verdict.outcome) return fault(`is about ${proof.outcome}`);
    const misplaced = this.misplaced(proof);
    if (misplaced !== undefined) return fault(misplaced);
    try {
      return this.counted(proof, this.days.filter(({ period }) => proof.periods.some((one) => overlap(one, period) !== undefined)));
    } catch (unfounded) {
      if (unfounded instanceof Unfounded) return fault(unfounded.message);
      throw unfounded;
    }
  }

  /** Why the verdict cannot rest on a proof of this level about these gas days. */
  private misplaced({ periods, level }: DayProof): string | undefined {
    const asked = this.verdict.request.period;
    if (periods.length === 0 || !periods.every(({ start, end }) => asked.start <= start && end <= asked.end)) {
      return "is about none of the gas days asked for, or about others as well";
    }
    if (levelsUnder(this.verdict.level).includes(level)) return undefined;
    return `level ${level} is not one that a verdict at level ${this.verdict.level} rests on`;
  }

  private counted(proof: DayProof, withOthers: readonly KindOfDay[]): Checked {
    const { certificate, level, outcome } = proof;
    const isFeasible = outcome === "feasible";
    const days = this.verdict.level === "rights" && level === "flow" ? withOthers.map(alone) : withOthers;
    switch (certificate.kind) {
      case "flow":
        if (isFeasible && level === "flow") return checkFlow(this.network, certificate, days);
        break;
      case "tree":
        if (isFeasible && level === "robust") return checkTree(this.network, certificate, proof.covering, days, this.verdict.request);
        break;
      case "cut":
        if (!isFeasible && level !== "hydraulic") return checkCut(this.network, certificate, proof, days);
        break;
      case "sold_out":
        if (!isFeasible && level === "rights") {
          return checkSoldOut(certificate, this.verdict.request, proof.periods, this.document.rights.days);
        }
        break;
      case "state":
      case "refutation":
        if (level === "hydraulic" && isFeasible === (certificate.kind === "state")) return this.pressures.check(proof, days);
    }
    return fault(`a ${certificate.kind} does not prove ${outcome} at level ${level}`);
  }
}

/** The levels of the proofs that a verdict rests on; at RIGHTS flows prove the route alone. */
function levelsUnder(level: Level): readonly Level[] {
  const ofCapacities = level === "rights" ? "flow" : level === "hydraulic" ? "robust" : level;
  return ["rights", ofCapacities, level];
}
