"""Merged pipes: one pipe in place of several that are parallel or in series.

Resistances in bar² s²/kg², flows in kg/s, positive from tail to head; the formulas are those of
`capacity.hydraulics.passive.reduction`.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class MergedPipe:
    """A pipe while it is being merged.

    shares : (element, its flow per flow of the pipe)
    within : (node, weight): its potential is (1 − weight) times that of the tail plus weight times the head's
    """

    tail: int
    head: int
    resistance: float
    flow_min: float
    flow_max: float
    shares: list[tuple[int, float]]
    within: list[tuple[int, float]]

    def reversed(self) -> "MergedPipe":
        """Return it directed the other way."""
        shares = [(element, -share) for element, share in self.shares]
        within = [(node, 1 - weight) for node, weight in self.within]
        return MergedPipe(
            self.head, self.tail, self.resistance, -self.flow_max, -self.flow_min, shares, within
        )

    def leaving(self, node: int) -> "MergedPipe":
        """Return it directed away from one of its ends."""
        return self if self.tail == node else self.reversed()

    def other(self, node: int) -> int:
        """Return its other end."""
        return self.head if self.tail == node else self.tail


def in_parallel(pipes: list[MergedPipe]) -> MergedPipe:
    """Return the pipe that carries what `pipes`, all with the same tail and head, carry together."""
    ease = [pipe.resistance**-0.5 for pipe in pipes]
    together = sum(ease)
    parts = [value / together for value in ease]
    return MergedPipe(
        pipes[0].tail,
        pipes[0].head,
        together**-2,
        max(pipe.flow_min / part for pipe, part in zip(pipes, parts, strict=True)),
        min(pipe.flow_max / part for pipe, part in zip(pipes, parts, strict=True)),
        [
            (element, share * part)
            for pipe, part in zip(pipes, parts, strict=True)
            for element, share in pipe.shares
        ],
        [place for pipe in pipes for place in pipe.within],
    )


def in_series(first: MergedPipe, node: int, second: MergedPipe) -> MergedPipe:
    """Return the pipe from the tail of `first` through `node` to the head of `second`."""
    resistance = first.resistance + second.resistance
    until = first.resistance / resistance
    return MergedPipe(
        first.tail,
        second.head,
        resistance,
        max(first.flow_min, second.flow_min),
        min(first.flow_max, second.flow_max),
        first.shares + second.shares,
        [
            *((within, weight * until) for within, weight in first.within),
            (node, until),
            *((within, until + weight * (1 - until)) for within, weight in second.within),
        ],
    )
