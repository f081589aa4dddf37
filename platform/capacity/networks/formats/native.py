"""Linepack's own format: JSON, versioned, exact.

What `write` gives, `read` gives back, equal in every field; equal networks are equal bytes, so that their
hash (`content_hash`) identifies a revision. One node or edge a line, for people who compare versions.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from capacity.networks.faults import FaultList, Place, refuse
from capacity.networks.formats import hostile
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.record_reader import Record, RecordReader
from capacity.networks.formats.records import (
    EDGE_MEMBERS,
    HEADER_MEMBERS,
    NODE_MEMBERS,
    edge_record,
    header_record,
    node_record,
    read_edge,
    read_header,
    read_node,
)
from capacity.networks.model import Network
from capacity.networks.validation import check, check_network
from linepack.canonical_json import JsonValue


def write(network: Network) -> bytes:
    """Return the network as UTF-8 JSON."""
    members = [f" {_compact(key)}: {_compact(value)}" for key, value in header_record(network).items()]
    nodes = ",\n".join(f"  {_compact(node_record(node))}" for node in network.nodes)
    edges = ",\n".join(f"  {_compact(edge_record(edge))}" for edge in network.edges)
    members += [f' "nodes": [\n{nodes}\n ]', f' "edges": [\n{edges}\n ]']
    return ("{\n" + ",\n".join(members) + "\n}\n").encode()


def content_hash(network: Network) -> str:
    """Return the SHA-256 of the network as `write` gives it, in hexadecimal."""
    return hashlib.sha256(write(network)).hexdigest()


def read(source: Source, *, file: str = "") -> Network:
    """Return the network; raises InvalidInput with every fault."""
    file = file or (source.name if isinstance(source, Path) else "network.json")
    document, lines = hostile.parse_json(hostile.read_bytes(source, file), file)
    if not isinstance(document, dict):
        raise refuse(Place(file), "is not a JSON object")
    faults = FaultList(lines.of)
    header = RecordReader(document, Place(file), faults)
    header.refuse_unknown((*HEADER_MEMBERS, "nodes", "edges"))
    network = read_header(header)
    node_readers = _records(document, "nodes", NODE_MEMBERS, file, faults)
    edge_readers = _records(document, "edges", EDGE_MEMBERS, file, faults)
    nodes = [(read_node(reader), reader.place) for reader in node_readers]
    edges = [(read_edge(reader), reader.place) for reader in edge_readers]
    check_network(network, Place(file), faults)
    check(nodes, edges, Place(file), faults)
    faults.raise_if_any()
    return replace(network, nodes=tuple(node for node, _ in nodes), edges=tuple(edge for edge, _ in edges))


def _records(
    document: Record, member: str, known: tuple[str, ...], file: str, faults: FaultList
) -> list[RecordReader]:
    items = document.get(member)
    if not isinstance(items, list):
        faults.add(Place(file), f"{member} must be a list")
        return []
    readers: list[RecordReader] = []
    for index, item in enumerate(items):
        is_record = isinstance(item, dict)
        element = f"{member.removesuffix('s')} {item.get('id', '')}" if is_record else member
        reader = RecordReader(
            item if is_record else {}, Place(file, element=element, item=(member, index)), faults
        )
        if not is_record:
            faults.add(reader.place, "must be an object")
            continue
        reader.refuse_unknown(known)
        readers.append(reader)
    return readers


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
