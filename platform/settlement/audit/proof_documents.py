"""Proof documents: all that is needed to check the verdict of a booking without the platform.

Two JSON documents: the network's revision, byte for byte as it was published, and "linepack.proof/1", which
holds the verdict with its certificates and what they are about: the overlays and the rights then in force, by
route and over all holders, and the figures of the laws of flow that take more than arithmetic.
docs/guide/certificates.md is the format, from which checkers are written.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from capacity.feasibility.storage.repository import StoredVerdict
from capacity.feasibility.verdicts.certificates import InfeasibilityProof, StateProof
from capacity.feasibility.verdicts.verdict import Verdict
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.networks import repository as networks
from capacity.networks.formats import native
from capacity.networks.model import Network, Overlay
from capacity.rights import holds, ledger
from capacity.rights.model import Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.canonical_json import JsonValue, canonical_json
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId
from settlement.audit.bookings import SOLD, log
from settlement.audit.history import InForce

SCHEMA: Final = "linepack.proof/1"
"""Name and version of the document; a reader refuses any other."""


@dataclass(frozen=True, slots=True)
class ProofDocuments:
    """The documents about one booking, as UTF-8 JSON."""

    network: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class ProvedBooking:
    """A verdict and what it was decided on: the revision as published, the overlays and rights then."""

    content: bytes
    overlays: tuple[Overlay, ...]
    rights: RightsSnapshot
    verdict: Verdict

    def documents(self) -> ProofDocuments:
        """Return the documents; where pressures are proved it may take seconds, so not on the event loop."""
        sha256 = hashlib.sha256(self.content).hexdigest()
        network = native.read(self.content)
        proof = proof_document(network, sha256, self.overlays, self.rights, self.verdict)
        return ProofDocuments(self.content, proof)


async def proved_booking(
    connection: AsyncConnection, stored: StoredVerdict, contract_id: ContractId, rights: RightsSnapshot
) -> ProvedBooking:
    """Return what the verdict of a booking was decided on; `rights` are those of today.

    Raises NotFound for a revision that does not exist.
    """
    verdict = stored.verdict
    return ProvedBooking(
        await networks.revision_content(connection, verdict.revision_id),
        await _overlays_then(connection, stored.network_id, contract_id),
        await _rights_then(connection, stored.network_id, rights, verdict.rights_version),
        verdict,
    )


def proof_document(
    network: Network, sha256: str, overlays: Iterable[Overlay], rights: RightsSnapshot, verdict: Verdict
) -> bytes:
    """Return the document of a verdict decided on these rights; `sha256` identifies the revision."""
    request = verdict.request
    return canonical_json(
        {
            "schema": SCHEMA,
            "network": {"code": network.code, "revision_id": str(verdict.revision_id), "sha256": sha256},
            "rights": {
                "version": rights.version,
                "firmness": request.firmness,
                "days": [
                    {
                        "periods": [_period(period) for period in periods],
                        "stack": [[_route(route), quantity] for route, quantity in stack.items()],
                    }
                    for periods, stack in rights.stacks(request.period, request.firmness)
                ],
            },
            "overlays": [
                {
                    "edge_id": overlay.edge_id,
                    "period": _period(overlay.period),
                    "factor": repr(overlay.factor),
                }
                for overlay in overlays
                if overlay.period.overlap(request.period)
            ],
            "hydraulics": _hydraulics(network) if _is_about_pressures(verdict) else None,
            "verdict": verdict.to_json(),
        }
    )


async def _overlays_then(
    connection: AsyncConnection, network_id: NetworkId, contract_id: ContractId
) -> tuple[Overlay, ...]:
    """Return the overlays in force when a contract was booked, by the network's events until then."""
    in_force = InForce()
    async for events in log(connection, network_id, [contract_id]):
        for event in events:
            if event.topic == SOLD:
                return tuple(in_force.overlays.values())
            in_force = in_force.after(event.topic, event.key, event.payload)
    raise LookupError(f"no event records the booking of contract {contract_id}")


async def _rights_then(
    connection: AsyncConnection, network_id: NetworkId, rights: RightsSnapshot, version: int
) -> RightsSnapshot:
    """Return the rights as of an earlier version: those given, less what has moved since."""
    moved = await ledger.since(connection, network_id, version, until=rights.version)
    held = await holds.of_operator_since(connection, network_id, version, until=rights.version)
    before = rights.apply(replace(one, quantity=-one.quantity) for one in moved)
    return before.hold(replace(one, quantity=-one.quantity) for one in held).as_of(version)


def _is_about_pressures(verdict: Verdict) -> bool:
    return any(isinstance(proof.certificate, StateProof | InfeasibilityProof) for proof in verdict.proofs)


def _hydraulics(network: Network) -> Mapping[str, JsonValue]:
    """Return what a checker takes as published: elements and nodes in the order of the compiled network."""
    compiled = compile_hydraulics(network)
    return {
        "resistance": compiled.resistance.tolist(),
        "elevation": compiled.elevation.tolist(),
        "ranges": [
            {
                "edge_id": compiled.element_ids[element],
                "configuration": one.configuration,
                "normals": one.normals.tolist(),
                "offsets": one.offsets.tolist(),
            }
            for element, ranges in compiled.ranges.items()
            for one in ranges
        ],
    }


def _route(route: Route) -> Mapping[str, JsonValue]:
    return {"receipt": route.receipt, "delivery": route.delivery}


def _period(period: Period) -> Mapping[str, JsonValue]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}
