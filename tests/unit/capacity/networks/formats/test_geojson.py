import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.capacity.networks.samples import PIPE, A, B, network

from capacity.networks.formats import geojson
from capacity.networks.model import Edge, EdgeKind, NodeRole
from linepack.canonical_json import JsonValue

PLAIN = (Path(__file__).parents[4] / "corpus" / "networks" / "small.geojson").read_bytes()


def feature(geometry_type: str, coordinates: JsonValue, **properties: JsonValue) -> dict[str, JsonValue]:
    geometry = {"type": geometry_type, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: dict[str, JsonValue]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_length_of_a_plain_line_is_geodesic() -> None:
    # F21: one degree of longitude at 0° is 111 319.491 m; a detour counts along all vertices.
    points = [feature("Point", [lon, 0], id=name) for lon, name in ((0, "A"), (1, "B"))]
    line = feature("LineString", [[0, 0], [0.5, 0], [1, 0]], **{"id": "AB", "from": "A", "to": "B"})
    [edge] = geojson.read(collection(*points, line)).edges
    assert edge.length_m == pytest.approx(111_319.491, rel=5e-3)
    assert edge.route == ((0.5, 0.0),)


def test_length_that_is_given_counts() -> None:
    text = PLAIN.replace(b'"diameter_mm"', b'"length_km": 72.5, "diameter_mm"')
    assert geojson.read(text).edges[0].length_m == 72_500


def test_plain_file_gives_roles_pressures_and_measures() -> None:
    plain = geojson.read(PLAIN, file="small.geojson")
    assert plain.code == "small"
    assert [node.role for node in plain.nodes] == [NodeRole.ENTRY, NodeRole.EXIT]
    assert plain.node("A").pressure_max_bar == 80
    assert (plain.edges[0].tail, plain.edges[0].head) == ("A", "B")
    assert plain.edges[0].diameter_mm == 500


def test_numbers_serve_as_ids() -> None:
    points = [feature("Point", [lon, 50], id=number) for lon, number in ((8, 1), (9, 2))]
    line = feature("LineString", [[8, 50], [9, 50]], **{"id": 7, "from": 1, "to": 2})
    plain = geojson.read(collection(*points, line))
    assert [node.id for node in plain.nodes] == ["1", "2"]
    assert (plain.edges[0].id, plain.edges[0].tail, plain.edges[0].head) == ("7", "1", "2")


def test_valve_has_no_length() -> None:
    points = [feature("Point", [lon, 50], id=name) for lon, name in ((8, "A"), (9, "B"))]
    line = feature("LineString", [[8, 50], [9, 50]], **{"id": "V", "kind": "valve", "from": "A", "to": "B"})
    [valve] = geojson.read(collection(*points, line)).edges
    assert (valve.kind, valve.length_m) == (EdgeKind.VALVE, None)


def test_written_file_is_geojson_that_maps_can_show() -> None:
    located = (replace(A, longitude=8.0, latitude=50.0), replace(B, longitude=9.0, latitude=50.5))
    document = json.loads(geojson.write(network(replace(PIPE, route=((8.5, 50.1),)), nodes=located)))
    geometries = [feature["geometry"] for feature in document["features"]]
    assert geometries == [
        {"type": "Point", "coordinates": [8.0, 50.0]},
        {"type": "Point", "coordinates": [9.0, 50.5]},
        {"type": "LineString", "coordinates": [[8.0, 50.0], [8.5, 50.1], [9.0, 50.5]]},
    ]
    assert document["features"][2]["properties"]["from"] == "A"


def test_element_without_place_has_no_geometry_and_comes_back() -> None:
    unplaced = network(PIPE, nodes=(replace(A, x=3.0, y=4.0), B))
    written = geojson.write(unplaced)
    assert [feature["geometry"] for feature in json.loads(written)["features"]] == [None] * 3
    assert geojson.read(written) == unplaced


def test_node_moved_on_a_map_has_moved() -> None:
    located = (replace(A, longitude=8.0, latitude=50.0), replace(B, longitude=9.0, latitude=50.5))
    document = json.loads(geojson.write(network(PIPE, nodes=located)))
    document["features"][0]["geometry"]["coordinates"] = [8.25, 50.25]
    moved = geojson.read(json.dumps(document).encode())
    assert (moved.node("A").longitude, moved.node("A").latitude) == (8.25, 50.25)


def test_unknown_length_of_a_written_pipe_stays_unknown() -> None:
    located = (replace(A, longitude=8.0, latitude=50.0), replace(B, longitude=9.0, latitude=50.5))
    short = network(
        Edge("AB", EdgeKind.PIPE, "A", "B", capacity_forward=1, capacity_backward=1), nodes=located
    )
    assert geojson.read(geojson.write(short)) == short


def test_property_station_that_describes_no_machines_is_left_out() -> None:
    points = [feature("Point", [lon, 50], id=name, station="north") for lon, name in ((8, "A"), (9, "B"))]
    line = feature("LineString", [[8, 50], [9, 50]], **{"id": "AB", "from": "A", "to": "B", "station": "x"})
    assert geojson.read(collection(*points, line)).edges[0].station is None
