"""Robust validation of bookings: by how much all firm rights of a gas day may grow, or must shrink.

The largest scale at which every balanced nomination within the rights keeps its pressures is written α*. It
is known as an interval: every nomination within `certified` times the rights is
proved to be possible, one at `witnessed` times the rights is shown not to be.

Rights are whole commercial units. An entry right counts at its entry and an exit right at its exit; a path
right counts at both of its ends, as if any exit might take what its entry gives. That allows more nominations
than the holders of paths have, so that `certified` holds for them too, while a witness may be one that only
entry and exit rights together would allow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from capacity.rights.model import RouteKind
from capacity.rights.snapshot import Stack
from linepack.canonical_json import JsonValue
from linepack.gasday import GasDay
from linepack.jobs.model import JsonObject

METHOD = 1
"""Grows when the same question would get another answer: by better bounds, or other laws."""

Capacity = tuple[int | None, int | None]
"""What an edge carries forward and backward, in whole commercial units; None is without bound."""


@dataclass(frozen=True, slots=True)
class BookedDay:
    """The firm rights of a gas day by node, and how many units of them are path rights."""

    entries: Mapping[str, int]
    exits: Mapping[str, int]
    path_units: int

    @classmethod
    def of(cls, stack: Stack) -> "BookedDay":
        """Return the rights of a stack by node."""
        entries: dict[str, int] = {}
        exits: dict[str, int] = {}
        path_units = 0
        for route, quantity in stack.items():
            if route.receipt is not None:
                entries[route.receipt] = entries.get(route.receipt, 0) + quantity
            if route.delivery is not None:
                exits[route.delivery] = exits.get(route.delivery, 0) + quantity
            if route.kind is RouteKind.PATH:
                path_units += quantity
        return cls(entries, exits, path_units)


@dataclass(frozen=True, slots=True)
class ValidationInput:
    """All that a validation depends on, as of the moment it was asked for.

    `network_version` counts the overlays (and whatever else changed the network); `capacities` are those of
    the edges that overlays change on the day. `method` is `METHOD` at that time.
    """

    gas_day: GasDay
    seconds: float
    solver: str
    method: int
    revision_id: str
    revision_number: int
    network_version: int
    rights_version: int
    booked: BookedDay
    capacities: Mapping[str, Capacity]

    def to_json(self) -> dict[str, JsonValue]:
        """Return the input of a job."""
        return {
            "gas_day": self.gas_day.isoformat(),
            "seconds": self.seconds,
            "solver": self.solver,
            "method": self.method,
            "revision_id": self.revision_id,
            "revision_number": self.revision_number,
            "network_version": self.network_version,
            "rights_version": self.rights_version,
            "entries": dict(self.booked.entries),
            "exits": dict(self.booked.exits),
            "path_units": self.booked.path_units,
            "capacities": dict(self.capacities),
        }

    @classmethod
    def from_json(cls, stored: JsonObject) -> "ValidationInput":
        """Return what `to_json` wrote."""
        return cls(
            gas_day=date.fromisoformat(stored["gas_day"]),
            seconds=stored["seconds"],
            solver=stored["solver"],
            method=stored["method"],
            revision_id=stored["revision_id"],
            revision_number=stored["revision_number"],
            network_version=stored["network_version"],
            rights_version=stored["rights_version"],
            booked=BookedDay(stored["entries"], stored["exits"], stored["path_units"]),
            capacities={
                edge_id: (forward, backward) for edge_id, (forward, backward) in stored["capacities"].items()
            },
        )


class Injection(NamedTuple):
    """What a witness injects at a node: positive enters. `units` is rounded to whole commercial units."""

    node: str
    units: int
    flow_kg_per_s: float


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found; see the module docstring.

    `unrefuted` is the largest scale at which every nomination of a stress test was shown to be possible: in
    networks with stations that is evidence, not proof. `binding` are the two nodes whose pressures the
    witness drives apart. Of all `pairs_total` pairs of nodes that matter `pairs_proved` were proved to the
    end, in `boxes` steps; of `nominations` of the stress test `asked` questions were put, and `undecided` of
    them left open. `methods` say how it was found, in words, and
    `engines` which solvers of which version worked on it.
    """

    certified: float
    unrefuted: float | None
    witnessed: float | None
    witness: tuple[Injection, ...]
    binding: tuple[str, str] | None
    pairs_total: int
    pairs_proved: int
    boxes: int
    nominations: int
    asked: int
    undecided: int
    is_passive: bool
    methods: tuple[str, ...]
    compressibility: float
    uses_maps: bool
    engines: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result of a job."""
        plain: dict[str, Any] = _RESULT.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, stored: JsonObject) -> "Validation":
        """Return what `to_json` wrote."""
        return _RESULT.validate_python(stored)


_RESULT = TypeAdapter(Validation)
