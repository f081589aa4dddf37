"""The home of the networks that come with Linepack: four published ones, in the native format.

`write_catalogue` makes the files under `shipped/` from the original sources by the importers; the product
itself only reads them. Each file carries its attribution and licence, and its capacities are already derived.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from capacity.networks import belgian
from capacity.networks.formats import matgas, native
from capacity.networks.formats.gaslib import reader
from capacity.networks.model import Network
from capacity.networks.physics import with_capacities
from capacity.networks.schematic import with_drawing
from linepack.problems import NotFound

GASLIB_ATTRIBUTION = (
    "GasLib (gaslib.zib.de), licensed CC BY 3.0. M. E. Pfetsch et al., Validation of Nominations in Gas "
    "Network Optimization: Models, Methods, and Solutions, ZIB-Report 12-41; M. Schmidt et al., GasLib – A "
    "Library of Gas Network Instances, Data 2017, 2(4):40."
)
MATGAS_ATTRIBUTION = (
    f"{GASLIB_ATTRIBUTION} Converted to MATGAS in GasModels.jl (Los Alamos National Laboratory, BSD-style "
    "licence)."
)
_CAPACITY_NOTE = (
    "Capacities of pipes follow from the pipe law, from the highest pressure allowed at the inlet to the "
    "lowest at the outlet."
)
_DRAWING_NOTE = (
    "It is drawn by the lengths of its pipes (x and y, in km), about the junctions that have coordinates."
)
_SHIPPED = files("capacity.publication") / "shipped"


@dataclass(frozen=True, slots=True)
class ShippedNetwork:
    """A network of the catalogue: its name, and how it is made from the folder of original sources."""

    code: str
    name: str
    make: Callable[[Path], Network]


CATALOGUE = (
    ShippedNetwork(
        "belgian",
        "Belgian network",
        lambda data: belgian.build(
            (data / "belgian/nodes.csv").read_text(), (data / "belgian/arcs.csv").read_text()
        ),
    ),
    ShippedNetwork("gaslib-40", "GasLib-40", lambda data: _gaslib(data / "gaslib/GasLib-40.zip")),
    ShippedNetwork("gaslib-135", "GasLib-135", lambda data: _gaslib(data / "gaslib/GasLib-135.zip")),
    ShippedNetwork("gaslib-582", "GasLib-582", lambda data: _matgas(data / "matgas/gaslib-582-G.m")),
)


def codes() -> list[str]:
    """Return the codes of the shipped networks, smallest network first."""
    return [shipped.code for shipped in CATALOGUE]


@cache
def load(code: str) -> Network:
    """Return a shipped network, with capacities; raises NotFound."""
    if code not in codes():
        raise NotFound("shipped network", code)
    return native.read((_SHIPPED / f"{code}.json").read_bytes(), file=f"{code}.json")


def write_catalogue(data: Path, target: Path) -> list[Path]:
    """Make all shipped files in `target` from the original sources in `data`; return their paths."""
    written: list[Path] = []
    for shipped in CATALOGUE:
        network = with_capacities(shipped.make(data))
        notes = (*network.notes, _CAPACITY_NOTE)
        path = target / f"{shipped.code}.json"
        path.write_bytes(native.write(replace(network, code=shipped.code, name=shipped.name, notes=notes)))
        written.append(path)
    return written


def _gaslib(path: Path) -> Network:
    return reader.read(path, attribution=GASLIB_ATTRIBUTION)


def _matgas(path: Path) -> Network:
    network = with_drawing(matgas.read(path, attribution=MATGAS_ATTRIBUTION))
    return replace(network, notes=(*network.notes, _DRAWING_NOTE))
