"""Any damage to any file is refused as invalid input or still a sound network: nothing else ever happens."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.networks.formats import recognise
from capacity.networks.validation import require_sound
from linepack.problems import InvalidInput

CORPUS = Path(__file__).parents[4] / "corpus" / "networks"
FILES = {path.name: path.read_bytes() for path in CORPUS.glob("small.*") if path.suffix in recognise.READERS}


@pytest.mark.parametrize("name", sorted(FILES))
@given(st.data())
def test_damaged_file_is_refused_or_sound(name: str, data: st.DataObject) -> None:
    content = FILES[name]
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    middle = data.draw(
        st.binary(max_size=30) | st.just(content[start:end] * 2) | st.text(max_size=10).map(str.encode)
    )
    with contextlib.suppress(InvalidInput):
        require_sound(recognise.read(content[:start] + middle + content[end:], name))


@pytest.mark.parametrize("suffix", sorted(recognise.READERS))
@given(st.binary(max_size=500))
def test_noise_is_refused(suffix: str, noise: bytes) -> None:
    with pytest.raises(InvalidInput):
        recognise.read(noise, f"noise{suffix}")
