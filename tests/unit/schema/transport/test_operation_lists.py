import json
from pathlib import Path
from typing import Any

import pytest

from linepack.problems import InvalidInput
from linepack.settings import Settings
from schema.api import build_schema
from schema.transport.operation_lists import faults_of, listed_operations_of, read_file, read_folder
from schema.types.listed_operations import id_of

SCHEMA = build_schema()._schema
VIEWER = "query Viewer { viewer { roles } }"
PARTIES = "query Parties { parties { edges { node { code } } } }"
RELAY = {id_of(VIEWER): VIEWER, f"sha256:{id_of(PARTIES)}": PARTIES}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [
        {"id": id_of(text), "name": name, "type": "query", "body": text}
        for name, text in (("Viewer", VIEWER), ("Parties", PARTIES))
    ],
}


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_folder(path) if path.is_dir() else read_file(path)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("content", [RELAY, APOLLO], ids=["texts by id", "manifest"])
def test_the_lists_that_builds_write_are_read(tmp_path: Path, content: Any) -> None:
    read = read_file(write(tmp_path / "web.json", content))
    assert read == {id_of(VIEWER): VIEWER, id_of(PARTIES): PARTIES}


def test_all_lists_of_a_folder_count(tmp_path: Path) -> None:
    write(tmp_path / "web-1.json", {id_of(VIEWER): VIEWER})
    write(tmp_path / "web-2.json", APOLLO)
    write(tmp_path / "notes.txt", "not a list")
    assert read_folder(tmp_path).keys() == {id_of(VIEWER), id_of(PARTIES)}


def test_every_fault_of_every_list_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"0" * 64: VIEWER, id_of(PARTIES): PARTIES, "abc": 7})
    write(tmp_path / "b.json", "{")
    write(tmp_path / "c.json", [VIEWER])
    write(tmp_path / "d.json", {"format": "apollo-persisted-query-manifest", "operations": {"x": "y"}})
    write(tmp_path / "e.json", {"format": "apollo-persisted-query-manifest", "operations": [{"id": "x"}]})
    assert faults(tmp_path) == [
        f"a.json 000000000000…: the SHA-256 of its text is {id_of(VIEWER)[:12]}…",
        "a.json abc: an operation has an id and a text",
        "b.json: is no JSON",
        "c.json: is no object of texts by id, and no manifest of Apollo's",
        "d.json: the operations of a manifest are a list of objects",
        "e.json x: an operation has an id and a text",
    ]


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a": ' * 50_000, "\ud800".encode(errors="surrogatepass")]
)
def test_nonsense_is_a_fault_and_no_crash(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "web.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert faults(path) == ["web.json: is no JSON"]


def test_a_folder_that_is_none_or_empty_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path}: holds no list of operations: no file ends with .json"]
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_folder(tmp_path / "nowhere")


def test_lists_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "web.json", RELAY)
    monkeypatch.setattr("schema.transport.operation_lists.LISTED_OPERATIONS_MAX", 1)
    assert faults(tmp_path) == [f"{tmp_path}: lists more than 1 operations"]
    monkeypatch.setattr("schema.transport.operation_lists.LISTED_OPERATIONS_BYTES_MAX", 10)
    assert faults(path) == ["web.json: has more than 10 bytes"]


def test_a_document_is_held_against_the_schema() -> None:
    assert faults_of(VIEWER, SCHEMA) == []
    assert faults_of("query { viewer { shoeSize } }", SCHEMA) == [
        "Cannot query field 'shoeSize' on type 'Viewer'."
    ]
    assert len(faults_of("query {", SCHEMA)) == 1
    assert len(faults_of("{" + "a {" * 5_000, SCHEMA)) == 1


def test_an_operation_that_no_longer_fits_does_not_keep_an_installation_from_starting(tmp_path: Path) -> None:
    old = "query { viewer { shoeSize } }"
    write(tmp_path / "web.json", {id_of(old): old, id_of(VIEWER): VIEWER})
    settings = Settings(listed_operations=tmp_path, ad_hoc_operations="named_keys", ad_hoc_keys=("abc",))
    listed = listed_operations_of(settings, SCHEMA)
    assert listed.documents.keys() == {id_of(old), id_of(VIEWER)}
    assert (listed.ad_hoc.is_open, listed.ad_hoc.keys) == (False, {"abc"})


def test_without_a_folder_nothing_is_listed_and_everything_is_taken() -> None:
    listed = listed_operations_of(Settings(), SCHEMA)
    assert listed.documents == {}
    assert listed.ad_hoc.allows(None)
