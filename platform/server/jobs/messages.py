"""The home of what the process of a job tells its worker: lines of JSON, progress first, one outcome last."""

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
            told: dict[str, object] = {"progress": fraction, "text": text}
        case Result(value):
            told = {"result": value}
        case Failure(reason):
            told = {"failure": reason}
    return json.dumps(told, allow_nan=False).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Return the message that `encode` wrote."""
    told = json.loads(line)
    if "progress" in told:
        return Progress(told["progress"], told["text"])
    return Result(told["result"]) if "result" in told else Failure(told["failure"])
