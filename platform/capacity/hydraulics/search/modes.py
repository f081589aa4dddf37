"""Mode vectors: the setting of every element of a network, and the vectors that carried problems before.

A *setting* is a whole number per element: CLOSED, OPEN (pipes, open valves, bypasses, resistors passed
forwards), BACKWARD (resistors with a constant loss passed against their direction), ACTIVE and, for stations
with operating ranges, ACTIVE + k for the k-th configuration. UNDECIDED leaves the choice to the nonlinear
program.
"""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from threading import Lock
from typing import Final

import numpy as np

from capacity.hydraulics.physics.network import ElementKind, HydraulicNetwork, Reals
from capacity.hydraulics.physics.state import Mode

Modes = tuple[int, ...]

LIBRARY_SIZE: Final = 24
"""Mode vectors remembered per network; in prototypes three new ones served a day of bookings."""


STILL_KG_PER_S: Final = 1e-3
EQUAL_BAR2: Final = 10.0
"""Below these, the flow through an undecided element and its change of potential are taken for nothing."""


class Setting(IntEnum):
    """What an element is set to; see the module docstring."""

    UNDECIDED = -1
    CLOSED = 0
    OPEN = 1
    BACKWARD = 2
    ACTIVE = 3


ACTIVE_KINDS: Final = (ElementKind.CONTROL_VALVE, ElementKind.COMPRESSOR)


def all_active(network: HydraulicNetwork) -> Modes:
    """Return the vector in which all that can work does and every valve is open."""
    active = {int(kind) for kind in ACTIVE_KINDS}
    return tuple(int(Setting.ACTIVE if kind in active else Setting.OPEN) for kind in network.kind.tolist())


def first_guess(network: HydraulicNetwork) -> Modes:
    """Return the vector to try first: all that can work does, unless it must then run within its maps."""
    setting = np.array(all_active(network))
    setting[[element for element in network.ranges if network.has_bypass[element]]] = Setting.OPEN
    return tuple(setting.tolist())


def undecided(network: HydraulicNetwork) -> Modes:
    """Return the vector that leaves every choice open."""
    has_choice = network.kind != ElementKind.PIPE
    return tuple(np.where(has_choice, Setting.UNDECIDED, Setting.OPEN).tolist())


def settled(network: HydraulicNetwork, flow: Reals, potential: Reals) -> Modes:
    """Return the modes that come nearest to a point found with all choices open.

    flow : float64 (elements,), kg/s; potential : float64 (nodes,), bar²
    """
    modes = [int(Setting.OPEN)] * len(network.kind)
    for element in np.flatnonzero(network.kind != ElementKind.PIPE).tolist():
        tail, head = network.tail[element], network.head[element]
        modes[element] = _nearest(network, element, flow[element], potential[tail], potential[head])
    return tuple(modes)


def _nearest(network: HydraulicNetwork, element: int, flow: float, inlet: float, outlet: float) -> int:
    kind = network.kind[element]
    if kind == ElementKind.RESISTOR:
        return int(Setting.OPEN if flow >= 0 else Setting.BACKWARD)
    is_still = abs(flow) <= STILL_KG_PER_S
    if kind == ElementKind.VALVE:
        return int(Setting.CLOSED if is_still and abs(inlet - outlet) > EQUAL_BAR2 else Setting.OPEN)
    if is_still:
        return int(Setting.CLOSED)
    behind = outlet + network.resistance[element] * flow**2
    gain = behind - inlet if kind == ElementKind.COMPRESSOR else inlet - outlet
    works = flow > 0 and gain > EQUAL_BAR2
    if not works and network.has_bypass[element]:
        return int(Setting.OPEN)
    tail, head = network.tail[element], network.head[element]
    point = flow, (inlet / network.elevation[tail]) ** 0.5, (behind / network.elevation[head]) ** 0.5
    outside = [
        float(
            (
                (operating.normals @ point - operating.offsets) / np.linalg.norm(operating.normals, axis=1)
            ).max()
        )
        for operating in network.ranges.get(element, ())
    ]
    return int(Setting.ACTIVE) + (int(np.argmin(outside)) if outside else 0)


def can_be_set(network: HydraulicNetwork, modes: Sequence[int]) -> bool:
    """Return whether `modes` gives every element a setting that it has."""
    return len(modes) == len(network.kind) and all(
        setting in settings_of(network, element) for element, setting in enumerate(modes)
    )


def settings_of(network: HydraulicNetwork, element: int) -> tuple[int, ...]:
    """Return the settings that an element has."""
    kind = network.kind[element]
    if kind == ElementKind.PIPE:
        return (Setting.OPEN,)
    if kind == ElementKind.RESISTOR:
        return (Setting.OPEN, Setting.BACKWARD)
    if kind == ElementKind.VALVE:
        return (Setting.CLOSED, Setting.OPEN)
    working = range(Setting.ACTIVE, Setting.ACTIVE + max(len(network.ranges.get(element, ())), 1))
    return (Setting.CLOSED, *([Setting.OPEN] if network.has_bypass[element] else []), *working)


def edge_modes(network: HydraulicNetwork, modes: Sequence[int]) -> tuple[tuple[Mode, ...], tuple[str, ...]]:
    """Return the mode and the configuration of each edge of the revision, in the form of a state."""
    words, configurations = [], []
    for element in range(len(network.network.edges)):
        kind, setting = network.kind[element], modes[element]
        ranges = network.ranges.get(element, ())
        configurations.append("")
        if setting == Setting.CLOSED:
            words.append(Mode.CLOSED)
        elif setting >= Setting.ACTIVE:
            words.append(Mode.ACTIVE)
            if ranges:
                configurations[-1] = ranges[setting - Setting.ACTIVE].configuration
        else:
            words.append(Mode.BYPASS if kind in ACTIVE_KINDS else Mode.OPEN)
    return tuple(words), tuple(configurations)


class ModeLibrary:
    """The mode vectors that carried a nomination of one network, the latest first; safe between threads."""

    def __init__(self, size: int = LIBRARY_SIZE) -> None:
        self._size = size
        self._lock = Lock()
        self._known: list[Modes] = []

    def __iter__(self) -> Iterator[Modes]:
        with self._lock:
            return iter(tuple(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def worked(self, modes: Modes) -> None:
        """Put `modes` first; the vector that has not worked for longest is forgotten."""
        with self._lock:
            if modes in self._known:
                self._known.remove(modes)
            self._known.insert(0, modes)
            del self._known[self._size :]
