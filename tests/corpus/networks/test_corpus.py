"""Broken and hostile files, each beside the faults it must be refused with (`name.suffix.faults`)."""

import contextlib
from pathlib import Path

import pytest

from capacity.networks.formats import recognise
from capacity.networks.physics import with_capacities
from linepack.problems import InvalidInput

CORPUS = Path(__file__).parent
BROKEN = sorted(path.with_suffix("") for path in CORPUS.glob("*.faults"))
SOUND = sorted(path for path in CORPUS.glob("small.*") if path.suffix in recognise.READERS)


def test_corpus_has_a_sound_file_of_every_format() -> None:
    assert {path.suffix for path in SOUND} == set(recognise.READERS)


def test_every_file_of_the_corpus_is_sound_or_has_its_faults_written_down() -> None:
    companions = {CORPUS / "small.scn", CORPUS / "small.cs"}
    files = {path for path in CORPUS.iterdir() if path.suffix not in (".faults", ".py") and path.is_file()}
    assert files == companions | set(SOUND) | set(BROKEN)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_sound_file_is_read_whole(path: Path) -> None:
    network = with_capacities(recognise.read(path))
    assert {node.id for node in network.nodes} in ({"A", "B", "C"}, {"1", "2", "3"}, {"A", "B"})
    assert len(network.edges) == len(network.nodes) - 1


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_broken_file_is_refused_with_all_its_faults(path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        recognise.read(path)
    printed = [str(fault) for fault in refusal.value.faults]
    assert printed == Path(f"{path}.faults").read_text().splitlines()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_upload_of_a_broken_file_is_refused_like_the_file(path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        recognise.read(path.read_bytes(), path.name)
    printed = [str(fault) for fault in refusal.value.faults]
    assert printed == Path(f"{path}.faults").read_text().splitlines()


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_no_prefix_of_a_sound_file_passes_for_a_network(path: Path) -> None:
    content = path.read_bytes()
    for length in range(0, len(content.rstrip()) - 1, max(1, len(content) // 200)):
        cut = content[:length]
        if path.suffix == ".m" and cut.count(b"]") >= content.count(b"]"):
            continue
        with pytest.raises(InvalidInput):
            recognise.read(cut, path.name)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_flipped_bytes_are_refused_or_read_but_never_crash(path: Path) -> None:
    content = path.read_bytes()
    for at in range(0, len(content), max(1, len(content) // 300)):
        broken = bytearray(content)
        broken[at] ^= 0xFF
        with contextlib.suppress(InvalidInput):
            recognise.read(bytes(broken), path.name)
