"""What the commands of planning make of their options: a nomination."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from capacity.rights.model import QUANTITY_MAX
from linepack.problems import FaultWithin, InvalidInput
from planning.nominations import from_csv
from server.cli.arguments import numbers
from server.cli.files import read_text


def nomination_of(file: Path | None, given: Sequence[str] | None) -> dict[str, int] | None:
    """Return the nomination of a file and of options, which replace its nodes'; None without either.

    Raises InvalidInput for a file that cannot be read and for quantities beyond any, BadParameter for an
    option.
    """
    if file is None and not given:
        return None
    nomination = {} if file is None else from_csv(read_text(file))
    nomination |= {node: round(quantity) for node, quantity in numbers(given or ()).items()}
    _require_quantities(nomination)
    return nomination


def _require_quantities(nomination: Mapping[str, int]) -> None:
    faults = [
        FaultWithin(f"node {node}", f"its quantity is at most {QUANTITY_MAX:,} either way", "nomination")
        for node, quantity in nomination.items()
        if abs(quantity) > QUANTITY_MAX
    ]
    if faults:
        raise InvalidInput(faults)
