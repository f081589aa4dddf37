"""What makes a profile: parts on one network that are disjoint in time or differ in route or firmness."""

from collections.abc import Iterator, Sequence
from typing import Final

from linepack.problems import Fault
from market.primary.commands import CapacityRequest

PARTS_MAX: Final = 60
"""Five years by month, or a year by month on five routes."""


def part_place(number: int) -> str:
    """Return the input field of a part."""
    return f"parts[{number}]"


def profile_faults(parts: Sequence[CapacityRequest]) -> Iterator[Fault]:
    """Yield what is wrong with the parts of a profile taken together; what each is by itself is not seen."""
    if not 0 < len(parts) <= PARTS_MAX:
        yield Fault("parts", f"a profile has 1 to {PARTS_MAX} parts, not {len(parts)}")
        return
    for number, part in enumerate(parts):
        for earlier, other in enumerate(parts[:number]):
            if _is_alike(part, other) and part.start < other.end and other.start < part.end:
                text = (
                    f"{part.start} is one of the gas days of part {earlier} on the same route: give each gas "
                    "day one quantity"
                )
                yield Fault(f"{part_place(number)}.start", text)


def _is_alike(part: CapacityRequest, other: CapacityRequest) -> bool:
    return (part.receipt, part.delivery, part.firmness) == (other.receipt, other.delivery, other.firmness)
