"""How many examples a property is tried on: some in every run, many where its long form is asked for."""

import os

IS_LONG = os.environ.get("LINEPACK_PROPERTIES") == "long"


def examples(short: int, long: int) -> int:
    """Return how many examples to try."""
    return long if IS_LONG else short
