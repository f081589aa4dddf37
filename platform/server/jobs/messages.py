"""Messages of a job's process to its worker: lines of JSON, progress first, one outcome last."""

import json
from dataclasses import dataclass
from typing import TypeAlias

from linepack.jobs.model import JsonObject


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the job is: a fraction, 0 to 1, and a few words."""

    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the job has found out."""

    value: JsonObject


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the job cannot be done, now or ever."""

    reason: str


Message: TypeAlias = Progress | Result | Failure


def encode(message: Message) -> bytes:
    """Return a message as a line; raises ValueError for a number that JSON does not have."""
    match message:
        case Progress(fraction, text):
            line: dict[str, object] = {"progress": fraction, "text": text}
        case Result(value):
            line = {"result": value}
        case Failure(reason):
            line = {"failure": reason}
    return json.dumps(line, allow_nan=False).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Return the message that `encode` wrote."""
    message = json.loads(line)
    if "progress" in message:
        return Progress(message["progress"], message["text"])
    return Result(message["result"]) if "result" in message else Failure(message["failure"])
