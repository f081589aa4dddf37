"""Make the networks that come with Linepack from the original sources, by the importers.

python -m tools.shipped_networks tests/data platform/capacity/publication/shipped
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from capacity.networks.formats import native
from capacity.networks.formats.gaslib import reader
from capacity.networks.formats.matgas import reader as matgas
from capacity.networks.model import Network
from capacity.networks.physics import with_capacities
from capacity.publication.catalogue import NAMES
from tools.shipped_networks import belgian
from tools.shipped_networks.schematic import with_drawing

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
    "lowest at the outlet, in whole units rounded up."
)
_DRAWING_NOTE = (
    "It is drawn by the lengths of its pipes (x and y, in km), about the junctions that have coordinates."
)


def write_catalogue(data: Path, target: Path) -> list[Path]:
    """Make all shipped files in `target` from the original sources in `data`; return their paths."""
    written: list[Path] = []
    for code, make in _MAKERS.items():
        network = with_capacities(make(data))
        notes = (*network.notes, _CAPACITY_NOTE)
        path = target / f"{code}.json"
        path.write_bytes(native.write(replace(network, code=code, name=NAMES[code], notes=notes)))
        written.append(path)
    return written


def _belgian(data: Path) -> Network:
    return belgian.build((data / "belgian/nodes.csv").read_text(), (data / "belgian/arcs.csv").read_text())


def _gaslib(path: Path) -> Network:
    return reader.read(path, attribution=GASLIB_ATTRIBUTION)


def _matgas(path: Path) -> Network:
    network = with_drawing(matgas.read(path, attribution=MATGAS_ATTRIBUTION))
    return replace(network, notes=(*network.notes, _DRAWING_NOTE))


_MAKERS: Mapping[str, Callable[[Path], Network]] = {
    "belgian": _belgian,
    "gaslib-40": lambda data: _gaslib(data / "gaslib/GasLib-40.zip"),
    "gaslib-135": lambda data: _gaslib(data / "gaslib/GasLib-135.zip"),
    "gaslib-582": lambda data: _matgas(data / "matgas/gaslib-582-G.m"),
}


if __name__ == "__main__":
    for written in write_catalogue(Path(sys.argv[1]), Path(sys.argv[2])):
        print(written)
