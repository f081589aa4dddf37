"""Zones: parts of a passive network that bound a potential difference on their own.

Where a part of a network touches the rest in single nodes, all the rest does to it is to let gas in and out
there: between nothing and what is booked behind the node. So the largest difference of two of its nodes is a
problem about the part alone.
"""

from dataclasses import dataclass

import numpy as np

from capacity.hydraulics.passive.blocks import Blocks, Passage
from capacity.hydraulics.passive.reduction import PassiveNetwork
from capacity.hydraulics.physics.network import Integers, Reals


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A part of a network in which gas enters and leaves at nodes; the rest hangs at them.

    tail, head : int64 (pipes,); resistance : float64 (pipes,), bar² s²/kg²
    entries, exits : float64 (nodes,), kg/s: what may enter and leave, that of the hanging rest included
    """

    tail: Integers
    head: Integers
    resistance: Reals
    entries: Reals
    exits: Reals

    @property
    def supply(self) -> float:
        """The most that can enter in all, kg/s; no pipe carries more."""
        return float(min(self.entries.sum(), self.exits.sum()))

    def merged(self, high: int, low: int) -> "tuple[Zone, int, int]":
        """Return the zone without nodes of two pipes where nothing is booked, and where its two nodes are."""
        pipes = dict(
            enumerate(zip(self.tail.tolist(), self.head.tolist(), self.resistance.tolist(), strict=True))
        )
        at: dict[int, set[int]] = {node: set() for node in range(len(self.entries))}
        for number, (tail, head, _) in pipes.items():
            at[tail].add(number)
            at[head].add(number)
        for node in range(len(self.entries)):
            if node in {high, low} or self.entries[node] > 0 or self.exits[node] > 0 or len(at[node]) != 2:
                continue
            first, second = sorted(at[node])
            ends = [sum(pipes[number][:2]) - node for number in (first, second)]
            if ends[0] == ends[1]:
                continue
            beta = pipes[first][2] + pipes.pop(second)[2]
            pipes[first] = ends[0], ends[1], beta
            at[ends[1]] = at[ends[1]] - {second} | {first}
            at[node] = set()
        nodes = [node for node, numbers in at.items() if numbers]
        number_of = {node: number for number, node in enumerate(nodes)}
        tail, head = (
            np.array([number_of[pipe[end]] for pipe in pipes.values()], dtype=np.int64) for end in (0, 1)
        )
        resistance = np.array([pipe[2] for pipe in pipes.values()])
        zone = Zone(tail, head, resistance, self.entries[nodes], self.exits[nodes])
        return zone, number_of[high], number_of[low]


class Zones:
    """The zones of one booking on one network: its blocks, and the chains of blocks between two nodes."""

    def __init__(self, network: PassiveNetwork, entries: Reals, exits: Reals) -> None:
        self._network, self._entries, self._exits = network, entries, exits
        self.blocks = Blocks.of(network.size, network.tail, network.head)
        self._of_block: dict[int, tuple[Zone, dict[int, int]]] = {}

    def of_block(self, block: int) -> tuple[Zone, dict[int, int]]:
        """Return a block's zone and the number that each of its nodes has there."""
        if block not in self._of_block:
            self._of_block[block] = self._zone(self.blocks.pipes[block])
        return self._of_block[block]

    def of_chain(self, passages: list[Passage]) -> tuple[Zone, dict[int, int]]:
        """Return the zone of all blocks on a way, likewise."""
        return self._zone(np.concatenate([self.blocks.pipes[passage.block] for passage in passages]))

    def _zone(self, pipes: Integers) -> tuple[Zone, dict[int, int]]:
        network = self._network
        nodes = np.unique(np.concatenate([network.tail[pipes], network.head[pipes]]))
        number_of = {int(node): number for number, node in enumerate(nodes)}
        hanging = self._hanging(pipes, number_of)
        booked = np.zeros((2, len(nodes)))
        is_near = hanging >= 0
        for row, quantities in enumerate((self._entries, self._exits)):
            np.add.at(booked[row], hanging[is_near], quantities[is_near])
        tail, head = (
            np.array([number_of[int(node)] for node in ends[pipes]], dtype=np.int64)
            for ends in (network.tail, network.head)
        )
        return Zone(tail, head, network.resistance[pipes], booked[0], booked[1]), number_of

    def _hanging(self, pipes: Integers, number_of: dict[int, int]) -> Integers:
        """Return the number of the zone's node that each node of the network hangs at, −1 for none."""
        network = self._network
        is_outside = np.ones(len(network.tail), dtype=np.bool_)
        is_outside[pipes] = False
        neighbours: dict[int, list[int]] = {}
        for tail, head in zip(
            network.tail[is_outside].tolist(), network.head[is_outside].tolist(), strict=True
        ):
            neighbours.setdefault(tail, []).append(head)
            neighbours.setdefault(head, []).append(tail)
        at = np.full(network.size, -1, dtype=np.int64)
        for node, number in number_of.items():
            at[node] = number
        stack = list(number_of)
        while stack:
            node = stack.pop()
            for other in neighbours.get(node, []):
                if at[other] < 0:
                    at[other] = at[node]
                    stack.append(other)
        return at
