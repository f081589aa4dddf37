"""Find GasLib's documents: in a zip archive, or beside a `.net` file.

An archive holds one `.net`; stations come from the `.cs` of the same stem, the nomination from the `.scn`
asked for, else from that of the same stem, else from the first by name, which is then noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from capacity.networks.faults import Place, refuse
from capacity.networks.formats import hostile
from capacity.networks.formats.hostile import Element, Source
from linepack.problems import InvalidInput

_ROOTS = {".net": "network", ".scn": "boundaryValue", ".cs": "compressorStations"}


@dataclass(frozen=True, slots=True)
class Documents:
    """The parsed documents of one network, with the names that faults are reported under."""

    net_file: str
    net: Element
    scenario_file: str
    scenario: Element | None
    stations_file: str
    stations: Element | None
    notes: tuple[str, ...]


def open_documents(source: Source, file: str, scenario: str | None) -> Documents:
    """Return the documents parsed; raises InvalidInput where one is missing, malformed or beyond a bound."""
    if hostile.is_zip(source):
        return _open_archive(hostile.Archive(source, file), scenario)
    if PurePosixPath(file).suffix.lower() == ".zip":
        hostile.read_bytes(source, file)
        raise refuse(Place(file), "is no zip archive")
    parts: dict[str, tuple[str, Source]] = {".net": (file, source)}
    if isinstance(source, Path):
        siblings = {
            ".scn": source.with_name(f"{scenario or source.stem}.scn"),
            ".cs": source.with_suffix(".cs"),
        }
        parts |= {suffix: (path.name, path) for suffix, path in siblings.items() if path.exists()}
    read_parts = {suffix: (name, hostile.read_bytes(part, name)) for suffix, (name, part) in parts.items()}
    return _parse(read_parts, ())


def _open_archive(archive: hostile.Archive, scenario: str | None) -> Documents:
    nets = archive.names(".net")
    if len(nets) != 1:
        raise refuse(Place(archive.file), f"must hold one .net file, not {len(nets)}")
    stem = PurePosixPath(nets[0]).stem
    notes: tuple[str, ...] = ()
    chosen = {".net": nets[0]}
    candidates = archive.names(".scn")
    if scenario is not None:
        candidates = [name for name in candidates if PurePosixPath(name).stem == scenario]
        if not candidates:
            raise refuse(Place(archive.file), f"holds no nomination {scenario!r}")
    elif len(candidates) > 1:
        candidates = [name for name in candidates if PurePosixPath(name).stem == stem] or candidates[:1]
        notes = (f"Of several nominations in the archive, {PurePosixPath(candidates[0]).stem} is taken.",)
    if candidates:
        chosen[".scn"] = candidates[0]
    for name in archive.names(".cs"):
        if PurePosixPath(name).stem == stem:
            chosen[".cs"] = name
    parts = {suffix: (PurePosixPath(name).name, archive.read(name)) for suffix, name in chosen.items()}
    return _parse(parts, notes)


def _parse(parts: Mapping[str, tuple[str, bytes]], notes: tuple[str, ...]) -> Documents:
    parsed: dict[str, Element] = {}
    refusals: list[InvalidInput] = []
    for suffix, (name, data) in parts.items():
        try:
            root = hostile.parse_xml(data, name)
            if root.tag != _ROOTS[suffix]:
                raise refuse(Place(name, root.line), f"is a {root.tag!r}, not a {_ROOTS[suffix]!r}")
            parsed[suffix] = root
        except InvalidInput as refusal:
            refusals.append(refusal)
    if refusals:
        raise InvalidInput([fault for refusal in refusals for fault in refusal.faults])
    names = {suffix: parts[suffix][0] if suffix in parts else "" for suffix in _ROOTS}
    return Documents(
        net_file=names[".net"],
        net=parsed[".net"],
        scenario_file=names[".scn"],
        scenario=parsed.get(".scn"),
        stations_file=names[".cs"],
        stations=parsed.get(".cs"),
        notes=notes,
    )
