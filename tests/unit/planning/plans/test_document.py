"""Planning files as values: YAML by the core schema of YAML 1.2, JSON, and faults with their lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linepack.problems import InvalidInput
from planning.plans.document import read


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read(text)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("010", 10),
        ("0x10", "0x10"),
        ("12:30:00", "12:30:00"),
        ("2027-01-01", "2027-01-01"),
        ("'5'", "5"),
        ("~", None),
        (".5", 0.5),
        ("true", True),
    ],
)
def test_a_word_is_what_the_core_schema_says(text: str, value: object) -> None:
    assert read(f"a: {text}") == {"a": value}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("abc :#'-", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_json_is_read_as_json(value: object) -> None:
    assert read(json.dumps(value)) == value


def test_what_makes_a_file_ambiguous_is_refused_with_its_lines() -> None:
    text = "a: 1\nb: &x [1]\nc: *x\na: 2\nd: !!python/object:os.system {}\ne: !secret 5\n? [1]\n: 2\n"

    assert faults(text) == [
        "line 3: an alias is not read: write out what it stands for",
        "line 4: a stands on line 1 already",
        "line 5: a tag is not read: tag:yaml.org,2002:python/object:os.system",
        "line 6: a tag is not read: !secret",
        "line 7: a name must be a text",
    ]


def test_what_is_neither_yaml_nor_json_is_refused_with_its_line() -> None:
    assert faults("a: [1,\nb: 2") == ["line 3: is not YAML or JSON: did not find expected ',' or ']'"]
    assert faults("") == ["line 1: the file is empty"]
    assert faults("a: 1\n---\nb: 2") == ["line 2: a second document begins here: a file is one plan"]
    [fault] = faults("a\x00")
    assert fault.startswith("is not YAML or JSON: unacceptable character #x0000")
    assert faults("[" * 100_000) == ["line 1: is nested too deeply"]
