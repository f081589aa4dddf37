import io
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from capacity.networks.formats import hostile, recognise
from linepack.limits import UPLOAD_BYTES_MAX
from linepack.problems import InvalidInput

TEN_MILLION = 10_000_000
MEMORY_BYTES_MAX = 3 * UPLOAD_BYTES_MAX


@contextmanager
def bounded_memory(bytes_max: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= bytes_max, f"{peak:,} bytes were held at the peak"


def faults_of(source: Path | bytes, file: str = "") -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        recognise.read(source, file)
    return [str(fault) for fault in refusal.value.faults]


@pytest.mark.parametrize("suffix", [".net", ".m", ".geojson", ".json"])
def test_ten_million_lines_are_refused_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"endless{suffix}"
    path.write_bytes(b" \n" * TEN_MILLION)
    with bounded_memory(MEMORY_BYTES_MAX):
        assert faults_of(path) == [f"{path.name}:1000001: has more than 1,000,000 lines"]


@pytest.mark.parametrize("suffix", [".net", ".m", ".geojson", ".json", ".zip"])
def test_hundred_megabytes_are_refused_by_size_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"endless{suffix}"
    megabyte = (b"PK\x03\x04" + b"x" * 95 + b"\n") * 10_000
    with path.open("wb") as file:
        for _ in range(100):
            file.write(megabyte)
    with bounded_memory(MEMORY_BYTES_MAX):
        [fault] = faults_of(path)
    assert fault == f"{path.name}: is larger than {UPLOAD_BYTES_MAX:,} bytes"


def test_zip_bomb_is_refused_before_it_has_expanded() -> None:
    with bounded_memory(MEMORY_BYTES_MAX):
        archive = zipped({"net.net": b"<network>" + b" " * UPLOAD_BYTES_MAX})
        [fault] = faults_of(archive, "bomb.zip")
    assert fault.startswith("bomb.zip/net.net: is larger than ")


def test_archive_of_too_many_members_is_refused_unread() -> None:
    members = {str(number): b"" for number in range(hostile.ZIP_MEMBERS_MAX + 1)}
    assert faults_of(zipped(members), "many.zip") == ["many.zip: has more than 10,000 members"]


def test_archive_that_lies_about_its_directory_is_refused_unread() -> None:
    archive = bytearray(zipped({"a.net": b"<network/>"}))
    end = archive.rindex(b"PK\x05\x06")
    struct.pack_into("<I", archive, end + 12, 1 << 31)
    assert faults_of(bytes(archive), "lies.zip") == ["lies.zip: has more than 10,000 members"]


def test_zip64_archive_is_refused() -> None:
    archive = zipped({"a.net": b"<network/>"})
    end = archive.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    [fault] = faults_of(archive[:end] + locator + archive[end:], "large.zip")
    assert fault == "large.zip: is a zip64 archive, which no network needs"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archive_with_two_members_of_one_name_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.net", "<network/>")
        archive.writestr("a.net", "<network/>")
    assert faults_of(buffer.getvalue(), "twice.zip") == ["twice.zip: has two members of one name"]


def test_member_without_name_is_no_crash() -> None:
    archive = zipped({"a.net": b"<network/>"}).replace(b"a.net", b"\0.net")
    assert faults_of(archive, "nameless.zip") == ["nameless.zip: must hold one .net file, not 0"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archive_compressed_in_another_way_is_refused(compression: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("a.net", "<network/>")
    assert faults_of(buffer.getvalue(), "a.zip") == ["a.zip/a.net: is compressed in another way than deflate"]


def test_encrypted_member_is_refused() -> None:
    archive = bytearray(zipped({"a.net": b"<network/>"}))
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        at = archive.index(header) + (6 if header == b"PK\x03\x04" else 8)
        archive[at] |= 1
    assert faults_of(bytes(archive), "a.zip") == ["a.zip/a.net: is damaged: it cannot be unpacked"]


def test_document_of_too_many_elements_is_refused_in_bounded_memory() -> None:
    elements = b"<network>" + b"<a/>" * hostile.XML_ELEMENTS_MAX + b"</network>"
    with bounded_memory(5 * UPLOAD_BYTES_MAX):
        assert faults_of(elements, "wide.net") == ["wide.net:1: has more than 200,000 elements"]


def test_attribute_of_a_million_characters_is_refused() -> None:
    text = b'<network a="' + b"x" * 1_000_000 + b'"/>'
    assert faults_of(text, "long.net") == ["long.net:1: has an attribute longer than 10,000 characters"]


def test_list_of_too_many_values_is_refused() -> None:
    values = b"[" + b"0," * hostile.JSON_VALUES_MAX + b"0]"
    assert faults_of(values, "wide.json") == ["wide.json:1: has over 2,000,000 values"]


def test_unterminated_string_takes_no_quadratic_time() -> None:
    quotes = b'{"a": "' + b'\\"' * 2_000_000
    assert faults_of(quotes, "open.json") == ["open.json:1: is not JSON: Unterminated string starting at"]


def test_only_the_first_hundred_faults_are_told_and_the_others_counted() -> None:
    nodes = "".join(f'<hub id="{number}"/>\n' for number in range(250))
    net = f"<network><nodes>\n{nodes}</nodes></network>"
    faults = faults_of(net.encode(), "hubs.net")
    assert faults[0].startswith("hubs.net: no source has a calorificValue")
    assert len(faults) == 101
    assert faults[-1] == "and 153 more faults"


def test_what_a_file_says_is_shown_in_part_and_without_control_characters() -> None:
    net = f'<network><nodes>\n<hub id="&#x85;{"x" * 5_000}"/></nodes></network>'
    shown = [fault for fault in faults_of(net.encode(), "long.net") if "hub" in fault]
    assert shown[0].isprintable()
    assert len(shown[0]) < 700


def test_file_that_is_not_there_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path / "missing.m")
    assert fault.startswith("missing.m: cannot be read")


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
