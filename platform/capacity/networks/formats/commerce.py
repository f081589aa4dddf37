"""What readers share: gas in whole commercial units, and nominations that balance.

Sources give flows as mass or as volume at normal conditions; a network counts whole commercial units.
"""

from collections.abc import Mapping
from dataclasses import replace

from capacity.networks.model import Node
from capacity.networks.validation import Placed
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, FlowKgPerS, GasQuality, from_flow

GERMAN_CLOCK = GasDayClock("Europe/Berlin", 6)

KWH_PER_MJ = 1 / 3.6
GASLIB_CALORIFIC_VALUE_MJ_PER_NM3 = 36.4543670654
"""The calorific value that every GasLib source declares."""

MOLAR_VOLUME_NM3_PER_KMOL = 22.41396954
"""Of an ideal gas at 0 °C and 1.01325 bar (CODATA)."""

DRY_AIR_KG_PER_KMOL = 28.9647

SECONDS_PER_HOUR = 3600.0


def density_kg_per_nm3(molar_mass_kg_per_kmol: float) -> float:
    """Return the density at normal conditions of an ideal gas of this molar mass."""
    return molar_mass_kg_per_kmol / MOLAR_VOLUME_NM3_PER_KMOL


def whole_units(flow: FlowKgPerS, unit: CommercialUnit, quality: GasQuality) -> int:
    """Return a published mass flow in whole commercial units, rounded towards zero."""
    units = int(from_flow(FlowKgPerS(abs(flow)), unit, quality))
    return units if flow >= 0 else -units


def balanced(nominations: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return the nominations with the larger side cut to the smaller, and by how many units it was cut.

    Positive enters, negative exits. The cut is in proportion, to whole units by largest remainder (ties to
    the first), so that no point nominates more than was published.
    """
    entering = sum(units for units in nominations.values() if units > 0)
    leaving = -sum(units for units in nominations.values() if units < 0)
    total, larger = min(entering, leaving), max(entering, leaving)
    if total == larger:
        return dict(nominations), 0
    sign = 1 if entering > leaving else -1
    cut = {key: abs(units) for key, units in nominations.items() if units * sign > 0}
    shares = {key: total * units // larger for key, units in cut.items()}
    by_remainder = sorted(cut, key=lambda key: -(total * cut[key] % larger))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return {**nominations, **{key: sign * units for key, units in shares.items()}}, larger - total


def dispatched(nominations: Mapping[str, int], ranges: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """Return the nominations nearest to balance that keep each within its range; those without one stay.

    Positive enters, negative exits. What is missing is shared in proportion to the room that each range
    leaves, to whole units by largest remainder (ties to the first).
    """
    found = dict(nominations)
    for key, (least, most) in ranges.items():
        found[key] = min(max(found[key], least), most)
    missing = -sum(found.values())
    way = 1 if missing > 0 else -1
    rooms = {
        key: most - found[key] if way > 0 else found[key] - least for key, (least, most) in ranges.items()
    }
    room = sum(rooms.values())
    if not missing or not room:
        return found
    taken = min(abs(missing), room)
    shares = {key: taken * own // room for key, own in rooms.items()}
    by_remainder = sorted(rooms, key=lambda key: -(taken * rooms[key] % room))
    for key in by_remainder[: taken - sum(shares.values())]:
        shares[key] += 1
    return {key: units + way * shares.get(key, 0) for key, units in found.items()}


def with_dispatch(
    nodes: list[Placed[Node]],
    ranges: Mapping[str, tuple[int, int]],
    unit: CommercialUnit,
    notes: list[str],
) -> list[Placed[Node]]:
    """Return the nodes with what is dispatchable chosen within its range, and add to `notes` what was."""
    if not ranges:
        return nodes
    chosen = dispatched({node.id: node.nomination for node, _ in nodes}, ranges)
    moved = sum(abs(chosen[node.id] - node.nomination) for node, _ in nodes)
    said = f"{moved:,} {unit} were moved" if moved else "none was moved"
    notes.append(
        f"Dispatchable points: {len(ranges):,}. Their nominations are chosen within ranges, nearest to the "
        f"nominal ones that balance; {said}."
    )
    return [(replace(node, nomination=chosen[node.id]), at) for node, at in nodes]


def rebalanced(nodes: list[Placed[Node]], unit: CommercialUnit, notes: list[str]) -> list[Placed[Node]]:
    """Return the nodes with balanced nominations, and add to `notes` what that took."""
    balance, cut = balanced({node.id: node.nomination for node, _ in nodes})
    if not any(balance.values()):
        notes.append("The nomination is empty: nothing enters or leaves.")
    cuts = f"; to balance them, {cut:,} {unit} were cut from the larger side" if cut else ""
    notes.append(f"Nominations are in whole {unit}, rounded down{cuts}.")
    return [(replace(node, nomination=balance[node.id]), at) for node, at in nodes]
