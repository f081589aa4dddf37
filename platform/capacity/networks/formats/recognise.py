"""Choose the reader of a file by its name."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from capacity.networks.faults import Place, refuse
from capacity.networks.formats import geojson, native
from capacity.networks.formats.gaslib import reader as gaslib
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.matgas import reader as matgas
from capacity.networks.model import Network
from capacity.networks.pressure_limits import from_gauge

READERS: dict[str, Callable[[Source, str], Network]] = {
    ".zip": lambda source, file: gaslib.read(source, file=file),
    ".net": lambda source, file: gaslib.read(source, file=file),
    ".m": lambda source, file: matgas.read(source, file=file),
    ".geojson": lambda source, file: geojson.read(source, file=file),
    ".json": lambda source, file: native.read(source, file=file),
}
"""The reader for each suffix."""


_TAKEN_AS_ABSOLUTE = "Pressures are taken as absolute: the file does not say."
_SAY_WHICH = frozenset({".zip", ".net"})
"""Formats in which the unit of a pressure says whether it is gauge."""


def read(source: Source, file: str = "", *, is_gauge: bool = False) -> Network:
    """Return the network in `source`, with what its format's reader assumes; raises InvalidInput.

    `file` names an upload; a path has its own name. `is_gauge` is whether pressures are gauge, which is for
    formats that do not say so themselves.
    """
    file = file or (source.name if isinstance(source, Path) else "")
    suffix = PurePosixPath(file).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise refuse(Place(file or "file"), f"is none of {', '.join(READERS)}")
    if is_gauge and suffix in _SAY_WHICH:
        raise refuse(Place(file), "says by their unit which pressures are gauge (barg)")
    network = reader(source, file)
    if is_gauge:
        return from_gauge(network)
    return replace(network, notes=(*network.notes, _TAKEN_AS_ABSOLUTE)) if suffix == ".m" else network
