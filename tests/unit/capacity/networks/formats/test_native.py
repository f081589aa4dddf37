import json
from dataclasses import replace

from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks.formats import native

SMALL = network(replace(PIPE, attributes={"z": 1.0, "a": "text"}, route=((8.0, 50.0),)))


def test_what_is_written_is_read_back_equal() -> None:
    assert native.read(native.write(SMALL)) == SMALL


def test_equal_networks_are_equal_bytes() -> None:
    reordered = network(replace(PIPE, attributes={"a": "text", "z": 1.0}, route=((8.0, 50.0),)))
    assert native.write(reordered) == native.write(SMALL)
    assert native.content_hash(reordered) == native.content_hash(SMALL)


def test_any_change_changes_the_hash() -> None:
    changed = replace(SMALL, nodes=(replace(A, nomination=1), replace(B, nomination=-1)))
    assert native.content_hash(changed) != native.content_hash(SMALL)


def test_members_keep_their_order_and_defaults_are_left_out() -> None:
    document = json.loads(native.write(SMALL))
    assert list(document)[:4] == ["schema", "code", "name", "unit"]
    assert list(document)[-2:] == ["nodes", "edges"]
    assert document["nodes"][0] == {
        "id": "A",
        "role": "entry",
        "pressure_min_bar": 30,
        "pressure_max_bar": 50,
    }


def test_one_element_stands_on_one_line() -> None:
    lines = native.write(SMALL).decode().splitlines()
    assert [line for line in lines if '"tail"' in line] == [lines[-3]]
