"""The home of the refutation: the steps that contradict every state a question could have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refutation:
    """A proof tree in preorder."""

    steps: tuple[str, ...]
