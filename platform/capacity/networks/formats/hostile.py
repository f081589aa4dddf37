"""Bounded reading of files from outside: hostile until parsed.

Nothing here knows what a network is. Bytes arrive in chunks and are counted while they arrive, so that a file
beyond a bound is refused before it is held: `read_bytes` for plain files, `Archive` for zip members (whose
declared sizes are not trusted), `parse_xml` and `parse_json` for documents. Sizes are in bytes.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from capacity.networks.faults import Place, refuse
from linepack.canonical_json import JsonValue
from linepack.limits import UPLOAD_BYTES_MAX

LINES_MAX = 1_000_000
CHUNK_BYTES = 1 << 16
ZIP_MEMBERS_MAX = 10_000
ZIP_MEMBER_NAME_BYTES_MAX = 256
ZIP_RATIO_MAX = 200
ZIP_RATIO_FREE_BYTES = 1_000_000
XML_DEPTH_MAX = 32
XML_ELEMENTS_MAX = 200_000
JSON_DEPTH_MAX = 32
JSON_VALUES_MAX = 2_000_000
JSON_DIGITS_MAX = 100
TEXT_LENGTH_MAX = 10_000

_ZIP_MAGIC = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_ZIP_COMMENT_BYTES_MAX = 0xFFFF
_ZIP_ENTRY_BYTES = 46

_ZIP_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What zipfile raises for damaged archives."""

Source = bytes | Path
"""What a reader reads: an upload held in memory, or a file on disk."""


def read_bytes(source: Source, file: str) -> bytes:
    """Return the whole of `source`; raises InvalidInput beyond `UPLOAD_BYTES_MAX` or `LINES_MAX`.

    `file` is the name that faults are reported under.
    """
    if isinstance(source, bytes):
        return _drain(io.BytesIO(source), file, UPLOAD_BYTES_MAX)
    try:
        with source.open("rb") as stream:
            return _drain(stream, file, UPLOAD_BYTES_MAX)
    except OSError as error:
        raise refuse(Place(file), f"cannot be read: {error.strerror}") from error


def is_zip(source: Source) -> bool:
    """Return, by its first bytes, whether `source` is a zip archive."""
    if isinstance(source, bytes):
        return source.startswith(_ZIP_MAGIC)
    try:
        with source.open("rb") as stream:
            return stream.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    except OSError:
        return False


def decode(data: bytes, file: str) -> str:
    """Return UTF-8 text, without a byte order mark; raises InvalidInput naming the line that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(Place(file, line), "is not UTF-8 text") from error


def _drain(stream: IO[bytes], file: str, bytes_max: int) -> bytes:
    chunks: list[bytes] = []
    size = lines = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        lines += chunk.count(b"\n")
        if size > bytes_max:
            raise refuse(Place(file), f"is larger than {bytes_max:,} bytes")
        if lines > LINES_MAX:
            raise refuse(Place(file, LINES_MAX + 1), f"has more than {LINES_MAX:,} lines")
        chunks.append(chunk)
    return b"".join(chunks)


class Archive:
    """The members of a zip archive, read one at a time and never written to disk."""

    def __init__(self, source: Source, file: str) -> None:
        self.file = file
        data = _archive_bytes(source, file)
        _check_directory(data, file)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_FAULTS as error:
            raise refuse(Place(file), "is damaged: it is no zip archive that can be read") from error
        members = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        self._members = {info.filename: info for info in members}
        if len(self._members) < len(members):
            raise refuse(Place(file), "has two members of one name")

    def names(self, suffix: str) -> list[str]:
        """Return the members whose name ends in `suffix`, sorted."""
        return sorted(name for name in self._members if name.lower().endswith(suffix))

    def read(self, name: str) -> bytes:
        """Return one member; raises InvalidInput when it expands beyond the bounds or is damaged."""
        info = self._members[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse(Place(f"{self.file}/{name}"), "is compressed in another way than deflate")
        bytes_max = min(UPLOAD_BYTES_MAX, max(ZIP_RATIO_FREE_BYTES, info.compress_size * ZIP_RATIO_MAX))
        try:
            with self._zip.open(info) as stream:
                return _drain(stream, f"{self.file}/{name}", bytes_max)
        except _ZIP_FAULTS as error:
            raise refuse(Place(f"{self.file}/{name}"), "is damaged: it cannot be unpacked") from error


def _archive_bytes(source: Source, file: str) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                source = stream.read(UPLOAD_BYTES_MAX + 1)
        except OSError as error:
            raise refuse(Place(file), f"cannot be read: {error.strerror}") from error
    if len(source) > UPLOAD_BYTES_MAX:
        raise refuse(Place(file), f"is larger than {UPLOAD_BYTES_MAX:,} bytes")
    return source


def _check_directory(data: bytes, file: str) -> None:
    # zipfile holds the whole central directory, trusting its size and not its count: both are bounded first.
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_BYTES - _ZIP_COMMENT_BYTES_MAX))
    if at < 0 or len(data) < at + _ZIP_END_BYTES:
        raise refuse(Place(file), "is a truncated zip archive")
    if data[max(0, at - _ZIP64_LOCATOR_BYTES) : at].startswith(_ZIP64_LOCATOR):
        raise refuse(Place(file), "is a zip64 archive, which no network needs")
    members, directory_bytes = struct.unpack_from("<HI", data, at + 10)
    directory_bytes_max = ZIP_MEMBERS_MAX * (_ZIP_ENTRY_BYTES + ZIP_MEMBER_NAME_BYTES_MAX)
    if members > ZIP_MEMBERS_MAX or directory_bytes > directory_bytes_max:
        raise refuse(Place(file), f"has more than {ZIP_MEMBERS_MAX:,} members")


@dataclass(slots=True)
class Element:
    """One XML element: its name without namespace, attributes, children, text, and the line it starts on."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def __iter__(self) -> Iterator["Element"]:
        return iter(self.children)

    def child(self, tag: str) -> "Element | None":
        """Return the first child named `tag`."""
        return next((child for child in self.children if child.tag == tag), None)

    def walk(self) -> Iterator["Element"]:
        """Yield this element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


class _TreeBuilder:
    """Target of the XML parser: builds `Element`s with lines, within the bounds."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._stack: list[Element] = []
        self._count = 0
        self.current_line: Callable[[], int] = lambda: 0
        self.root: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self.current_line()
        place = Place(self._file, line)
        if self._count > XML_ELEMENTS_MAX:
            raise refuse(place, f"has more than {XML_ELEMENTS_MAX:,} elements")
        if len(self._stack) >= XML_DEPTH_MAX:
            raise refuse(place, f"is nested deeper than {XML_DEPTH_MAX} elements")
        if any(len(value) > TEXT_LENGTH_MAX for value in attributes.values()):
            raise refuse(place, f"has an attribute longer than {TEXT_LENGTH_MAX:,} characters")
        plain = {_local(name): value for name, value in attributes.items()}
        element = Element(_local(tag), plain, line)
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self.root = element
        self._stack.append(element)

    def end(self, tag: str) -> None:
        self._stack.pop()

    def data(self, text: str) -> None:
        element = self._stack[-1]
        if len(element.text) < TEXT_LENGTH_MAX and not text.isspace():
            element.text += text[:TEXT_LENGTH_MAX]

    def close(self) -> None:
        """Nothing is left open: the parser has checked."""


def parse_xml(data: bytes, file: str) -> Element:
    """Return the root element; raises InvalidInput for what is malformed, too large, or declares entities."""
    builder = _TreeBuilder(file)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    expat = parser.parser
    builder.current_line = lambda: expat.CurrentLineNumber
    try:
        for at in range(0, len(data), CHUNK_BYTES):
            parser.feed(data[at : at + CHUNK_BYTES])
        parser.close()
    except DefusedXmlException as error:
        raise refuse(Place(file, expat.CurrentLineNumber), "declares a document type or entities") from error
    except ParseError as error:
        raise refuse(Place(file, error.position[0]), f"is not well-formed XML: {error}") from error
    except (LookupError, ValueError) as error:
        raise refuse(Place(file, expat.CurrentLineNumber), f"is not readable XML: {error}") from error
    if builder.root is None:
        raise refuse(Place(file), "has no element")
    return builder.root


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


# An unterminated string is one mark up to the end: tried again from each quote in it, it would cost n².
_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)


class JsonLines:
    """On which line the items of a document's top-level lists start, found only when a fault asks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[tuple[str, int], int] | None = None

    def of(self, member: str, index: int) -> int:
        """Return the line of item `index` of the list `member`; 0 when there is none."""
        if self._lines is None:
            self._lines = self._locate()
        return self._lines.get((member, index), 0)

    def _locate(self) -> dict[tuple[str, int], int]:
        breaks = [match.start() for match in re.finditer("\n", self._text)]
        found: dict[tuple[str, int], int] = {}
        depth = index = 0
        member = last_string = ""
        for match in _JSON_TOKEN.finditer(self._text):
            mark = match.group()
            if mark in "[{":
                depth += 1
                if depth == 2 and mark == "[":
                    member, index = last_string, 0
                elif depth == 3 and member:
                    found[member, index] = bisect_right(breaks, match.start()) + 1
            elif mark in "]}":
                depth -= 1
                member = "" if depth < 2 else member
            elif mark == ",":
                index += depth == 2
            elif depth == 1:
                last_string = mark[1:-1]
        return found


def parse_json(data: bytes, file: str) -> tuple[JsonValue, JsonLines]:
    """Return the document and a finder of its lines; raises InvalidInput for what is malformed or too deep.

    A member given twice, NaN and infinities, and whole numbers of more than `JSON_DIGITS_MAX` are refused.
    """
    text = decode(data, file)
    _check_nesting(text, file)
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_unique_members,
            parse_constant=_no_constant,
            parse_int=_short_integer,
        )
    except json.JSONDecodeError as error:
        raise refuse(Place(file, error.lineno), f"is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise refuse(Place(file), f"is not readable JSON: {error}") from error
    return value, JsonLines(text)


def _check_nesting(text: str, file: str) -> None:
    depth = 0
    for values, match in enumerate(_JSON_TOKEN.finditer(text)):
        mark = match.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        if depth > JSON_DEPTH_MAX or values > JSON_VALUES_MAX:
            line = text.count("\n", 0, match.start()) + 1
            limit = f"is nested deeper than {JSON_DEPTH_MAX}"
            raise refuse(
                Place(file, line), limit if depth > JSON_DEPTH_MAX else f"has over {JSON_VALUES_MAX:,} values"
            )


def _unique_members(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} is given twice in one object")
    return members


def _short_integer(digits: str) -> int:
    if len(digits) > JSON_DIGITS_MAX:
        raise ValueError(f"a whole number has {len(digits):,} digits")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
