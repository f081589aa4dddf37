"""The result of a robust validation in words."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from capacity.feasibility.robust_validation.model import Injection, Validation, ValidationInput
from linepack.units import CommercialUnit

SCALE_SHOWN = Decimal("0.001")
"""What holds is rounded down, what fails is rounded up, so that both stay true."""
INJECTIONS_NAMED = 6
"""How many of a witness's injections are named, the largest first."""


def in_words(asked: ValidationInput, found: Validation, unit: CommercialUnit) -> str:
    """Return the interval of α* as sentences."""
    rights = f"the rights of {asked.gas_day}"
    sentences = [_certified(found, rights)]
    if found.witnessed is not None:
        sentences.append(_witnessed(found, rights, unit))
    else:
        sentences.append("No nomination was found that fails.")
    if found.unrefuted is not None and found.unrefuted > found.certified:
        sentences.append(
            f"Within {_down(found.unrefuted)} times all {found.nominations} nominations of a stress test "
            "keep theirs, which is evidence, not proof."
        )
    if found.undecided:
        sentences.append(f"{found.undecided} of {found.asked} questions were left open when time ended.")
    if asked.booked.path_units:
        sentences.append(
            f"{asked.booked.path_units:,} {unit} of path rights count at both of their ends, which allows "
            "more nominations than their holders have."
        )
    return " ".join(sentences)


def _certified(found: Validation, rights: str) -> str:
    if found.certified <= 0:
        return f"No share of {rights} is certain to keep its pressures."
    return f"Every balanced nomination within {_down(found.certified)} times {rights} keeps its pressures."


def _witnessed(found: Validation, rights: str, unit: CommercialUnit) -> str:
    witnessed = found.witnessed or 0.0
    place = "" if found.binding is None else f", between {found.binding[0]} and {found.binding[1]}"
    entering = _named([one for one in found.witness if one.units > 0], unit)
    leaving = _named([one for one in found.witness if one.units < 0], unit)
    nomination = f": {entering} in, {leaving} out" if entering and leaving else ""
    return f"One within {_up(witnessed)} times does not{place}{nomination}."


def _named(injections: list[Injection], unit: CommercialUnit) -> str:
    ordered = sorted(injections, key=lambda one: -abs(one.units))
    named = [f"{abs(one.units):,} {unit} at {one.node}" for one in ordered[:INJECTIONS_NAMED]]
    if len(ordered) > INJECTIONS_NAMED:
        rest = sum(abs(one.units) for one in ordered[INJECTIONS_NAMED:])
        named.append(f"{rest:,} {unit} at {len(ordered) - INJECTIONS_NAMED} others")
    return ", ".join(named)


def _down(scale: float) -> str:
    return str(Decimal(repr(scale)).quantize(SCALE_SHOWN, ROUND_FLOOR))


def _up(scale: float) -> str:
    return str(Decimal(repr(scale)).quantize(SCALE_SHOWN, ROUND_CEILING))
