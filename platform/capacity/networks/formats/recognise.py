"""Choose the reader of a file by its name."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from capacity.networks.faults import Place, refuse
from capacity.networks.formats import geojson, native
from capacity.networks.formats.gaslib import reader as gaslib
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.matgas import reader as matgas
from capacity.networks.model import Network

READERS: dict[str, Callable[[Source, str], Network]] = {
    ".zip": lambda source, file: gaslib.read(source, file=file),
    ".net": lambda source, file: gaslib.read(source, file=file),
    ".m": lambda source, file: matgas.read(source, file=file),
    ".geojson": lambda source, file: geojson.read(source, file=file),
    ".json": lambda source, file: native.read(source, file=file),
}
"""The reader for each suffix."""


def read(source: Source, file: str = "") -> Network:
    """Return the network in `source`, with what its format's reader assumes; raises InvalidInput.

    `file` names an upload; a path has its own name.
    """
    file = file or (source.name if isinstance(source, Path) else "")
    reader = READERS.get(PurePosixPath(file).suffix.lower())
    if reader is None:
        raise refuse(Place(file or "file"), f"is none of {', '.join(READERS)}")
    return reader(source, file)
