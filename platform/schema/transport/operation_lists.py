"""Reads the lists of operations of an installation: the JSON files that the builds of its clients make.

Two forms are read. An object of texts by id is what Relay (`persistConfig.file`, with `SHA256`) and GraphQL
Code Generator (`persistedDocuments`, with `sha256`) write; Apollo's persisted query manifest has a list of
operations with `id` and `body`. Ids are the SHA-256 of the texts. All files of the folder count, so that
clients of several versions are served at once.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLError, GraphQLSchema, parse, validate

from linepack.limits import LISTED_OPERATIONS_BYTES_MAX, LISTED_OPERATIONS_MAX, QUERY_TOKENS_MAX
from linepack.monitoring.logging import logger
from linepack.problems import Fault, InvalidInput, shortened
from linepack.settings import Settings
from schema.types.listed_operations import AdHocUse, ListedOperations, id_of

APOLLO_FORMAT: Final = "apollo-persisted-query-manifest"
ID_SHOWN: Final = 12


def listed_operations_of(settings: Settings, schema: GraphQLSchema) -> ListedOperations:
    """Return the listed operations of an installation; raises InvalidInput with every fault of its files.

    A document that the schema no longer has the fields of is logged, and answered as if it were sent: other
    clients must go on.
    """
    is_open = settings.ad_hoc_operations == "everyone"
    keys = frozenset(settings.ad_hoc_keys) if settings.ad_hoc_operations == "named_keys" else None
    ad_hoc = AdHocUse(is_open, keys)
    if settings.listed_operations is None:
        return ListedOperations({}, ad_hoc)
    documents = read_folder(settings.listed_operations)
    for document_id, text in documents.items():
        for message in faults_of(text, schema):
            logger.warning("listed_operation_unfit", document_id=document_id, fault=message)
    return ListedOperations(documents, ad_hoc)


def read_folder(folder: Path) -> dict[str, str]:
    """Return the documents of all lists in a folder, by id; raises InvalidInput with every fault."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as fault:
        raise InvalidInput([Fault(str(folder), f"cannot be read: {fault.strerror}")]) from None
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for path in files:
        try:
            documents |= read_file(path)
        except InvalidInput as refusal:
            faults += refusal.faults
    if not files:
        faults.append(Fault(str(folder), "holds no list of operations: no file ends with .json"))
    if len(documents) > LISTED_OPERATIONS_MAX:
        faults.append(Fault(str(folder), f"lists more than {LISTED_OPERATIONS_MAX} operations"))
    if faults:
        raise InvalidInput(faults)
    return documents


def read_file(path: Path) -> dict[str, str]:
    """Return the documents of a list, by id; raises InvalidInput with every fault."""
    try:
        if path.stat().st_size > LISTED_OPERATIONS_BYTES_MAX:
            raise InvalidInput([Fault(path.name, f"has more than {LISTED_OPERATIONS_BYTES_MAX} bytes")])
        content = json.loads(path.read_bytes())
    except OSError as fault:
        raise InvalidInput([Fault(path.name, f"cannot be read: {fault.strerror}")]) from None
    except (ValueError, RecursionError):
        raise InvalidInput([Fault(path.name, "is no JSON")]) from None
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for stated, text in _entries(path, content):
        place = f"{path.name} {shortened(str(stated), ID_SHOWN + 1)}"
        if not isinstance(stated, str) or not isinstance(text, str):
            faults.append(Fault(place, "an operation has an id and a text"))
        elif stated.removeprefix("sha256:") != (document_id := id_of(text)):
            faults.append(Fault(place, f"the SHA-256 of its text is {document_id[:ID_SHOWN]}…"))
        else:
            documents[document_id] = text
    if faults:
        raise InvalidInput(faults)
    return documents


def faults_of(text: str, schema: GraphQLSchema) -> list[str]:
    """Return why a document could not be executed."""
    try:
        document = parse(text, max_tokens=QUERY_TOKENS_MAX)
    except GraphQLError as fault:
        return [fault.message]
    except RecursionError:
        return ["it is nested too deeply"]
    return [fault.message for fault in validate(schema, document)]


def _entries(path: Path, content: Any) -> Iterator[tuple[object, object]]:
    """Yield the ids and texts of a list, which may be anything."""
    if isinstance(content, Mapping) and content.get("format") == APOLLO_FORMAT:
        operations = content.get("operations")
        if not isinstance(operations, list) or not all(isinstance(one, Mapping) for one in operations):
            raise InvalidInput([Fault(path.name, "the operations of a manifest are a list of objects")])
        yield from ((one.get("id"), one.get("body")) for one in operations)
    elif isinstance(content, Mapping):
        yield from content.items()
    else:
        raise InvalidInput([Fault(path.name, "is no object of texts by id, and no manifest of Apollo's")])
