"""The box: the bounds and modes of one node of the search tree, and the form of a row over it.

Columns as in `capacity.hydraulics.infeasibility.certificate.Columns`.
"""

from dataclasses import dataclass

from capacity.hydraulics.physics.network import Integers, Reals

Terms = list[tuple[int, float]]
LinearRow = tuple[Terms, float, float]
"""The columns and coefficients of a row, its lower and its upper bound."""


@dataclass(slots=True, eq=False)
class Box:
    """A case of the search; lower, upper : float64 (columns,); modes : int64 (elements,), bits."""

    lower: Reals
    upper: Reals
    modes: Integers

    def copy(self) -> "Box":
        """Return a box of its own."""
        return Box(self.lower.copy(), self.upper.copy(), self.modes.copy())

    def is_crossed(self) -> bool:
        """Return whether no point is left: a column's bounds have crossed or an element has no mode."""
        return bool((self.lower > self.upper).any() or not self.modes.all())
