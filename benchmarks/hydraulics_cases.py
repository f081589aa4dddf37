"""Problems of the hydraulic benchmarks: published networks, their nominations, and bookings on top."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import process_time

import numpy as np

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import Network
from capacity.networks.physics import with_capacities
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline

TREE = "gaslib-134"
PUBLISHED_DATA = Path(__file__).parents[1] / "tests" / "data"
BOOKING_SHARE = 0.1
"""The largest booking on top of a nomination, as a share of its largest injection."""


def allowed(seconds: float) -> Deadline:
    """Return the deadline after so much processor time of this process."""
    return Deadline(seconds, process_time)


@cache
def revision(code: str) -> Network:
    """Return a network: shipped, or imported from the published data of the tests."""
    if code in catalogue.codes():
        return catalogue.load(code)
    return with_capacities(reader.read(archive(code)))


def archive(code: str) -> Path:
    """Return GasLib's archive of a network that is not shipped."""
    return PUBLISHED_DATA / "gaslib" / f"{code.replace('gaslib', 'GasLib')}.zip"


@cache
def compiled(code: str, *, use_maps: bool = False) -> HydraulicNetwork:
    """Return a network compiled: with characteristic maps, or stations bounded by a pressure ratio alone."""
    return compile_hydraulics(revision(code), use_maps=use_maps)


@cache
def level(code: str) -> HydraulicNetwork:
    """Return a network compiled as if it lay in a plane, as pandapipes is given it."""
    flat = replace(revision(code), nodes=tuple(replace(node, height_m=0.0) for node in revision(code).nodes))
    return compile_hydraulics(flat, use_maps=False)


def nominated(network: HydraulicNetwork, scale: float = 1.0) -> Reals:
    """Return the published nomination, scaled and balanced on its largest entry, kg/s, float64 (nodes,)."""
    injection = network.nomination()
    injection[np.argmax(injection)] -= injection.sum()
    return scale * injection


def asked(network: HydraulicNetwork, scale: float = 1.0) -> HydraulicProblem:
    """Return the problem whether that nomination can be transported."""
    return HydraulicProblem.of_nomination(network, nominated(network, scale))


def routes(network: HydraulicNetwork, seed: int = 1) -> Iterator[Reals]:
    """Yield random entry–exit pairs as what one kg/s along them injects, float64 (nodes,), without end."""
    random = np.random.default_rng(seed)
    injection = network.nomination()
    while True:
        route = np.zeros(network.size)
        route[random.choice(np.flatnonzero(injection > 0))] = 1.0
        route[random.choice(np.flatnonzero(injection < 0))] = -1.0
        yield route


def booked(network: HydraulicNetwork, scale: float, seed: int = 1) -> Iterator[HydraulicProblem]:
    """Yield the scaled nomination with one random booking each on top, without end."""
    random = np.random.default_rng(seed)
    base = nominated(network, scale)
    largest = np.abs(base).max() / scale
    for route in routes(network, seed):
        yield HydraulicProblem.of_nomination(
            network, base + random.uniform(0, BOOKING_SHARE) * largest * route
        )


def models(code: str) -> tuple[bool, ...]:
    """Return whether to use maps: without, and with where the network has some."""
    return (False, True) if compiled(code, use_maps=True).ranges else (False,)


def words(use_maps: bool) -> str:
    """Return what bounds the stations."""
    return "maps" if use_maps else "ratio"
