"""The tree search: it proves level ROBUST in whole numbers, or finds the cut overloaded most.

Branch and bound over the points: inside the cut or outside. The relaxed adversary proposes, in floating
point, a bound and the multipliers behind it; nothing it says is trusted. A leaf of the proof is made from
the multipliers, rounded to fractions, and the best flow for them, and its bound is counted in whole numbers:

for a share h of the hub and m_k of each path, and any flow x within capacity, every set S of nodes has

    demand − capacity ≤ (1 − h) X + Σ (1 − m_k) q_k + Σ_S (w_v − out_v(x)),
    w_v = h E_v − (1 − h) X_v + Σ m_k q_k (k from v) − Σ (1 − m_k) q_k (k to v)

because min(a, b) ≤ h a + (1 − h) b and the net flow out of S is at most its capacity. Where the bound is
below one, so is the shortfall, a whole number, and no cut with these points decided is violated. Where
rounding spoils the bound another point is decided; with all of them decided the multipliers are whole. So the
search ends with a proof that anyone can recount, or with a violated cut.

Where only the cuts that a request loads count, its own points are decided from the beginning. Such a cut S
has Σ_S l_v ≤ m (`capacity.feasibility.flow.cut_loading`), so that for any share n ≥ 0 the bound may be
raised by n (m − Σ_S l_v); and a case in which every S exceeds m holds none of them.
"""

from typing import Final

import numpy as np

from capacity.feasibility.flow.cut_loading import LoadedCuts
from capacity.feasibility.flow.cuts import capacity_across, robust_demand
from capacity.feasibility.flow.flow_network import Flags, Integers
from capacity.feasibility.flow.load_cases import LoadCase
from capacity.feasibility.flow.max_flow import ENDLESS
from capacity.feasibility.flow.minimum_cut import dual_flow, minimum_cut
from capacity.feasibility.robust.adversary import Adversary
from capacity.feasibility.verdicts.certificates import Leaf, Split, TreeProof, Unloaded
from capacity.solvers.deadline import Deadline, LimitReached
from capacity.solvers.port import Reals, Solver

SEARCH_NODES_MAX: Final = 4096
"""Nodes of one tree; the networks shipped need fewer than ten."""

SCALED_MAX: Final = 2**56
"""All entry or exit rights times the scale of a leaf, so that their weighted sums stay within int64."""

HALF: Final = 0.5
"""Between whole numbers: a shortfall bounded by less above another is no larger."""

WHOLE_TOLERANCE: Final = 1e-9
"""Multipliers this close to 0 or 1 are taken as whole."""


class BranchAndBound:
    """One search against the rights of one load case, over all cuts or those that its request loads."""

    def __init__(self, day: LoadCase, solver: Solver, *, only_loaded: bool = False) -> None:
        self._day = day
        self._network = day.table.network
        self._load = day.load.clipped()
        self._loaded = LoadedCuts(day, self._load) if only_loaded else None
        self._adversary = Adversary(self._network, day.capacities, self._load, solver, self._loaded)
        self._groups = np.flatnonzero(self._adversary.stakes)
        first_nodes = np.unique(self._adversary.network.group, return_index=True)[1]
        self._names = [self._network.node_ids[node] for node in first_nodes]
        self._items: list[Split | Leaf | Unloaded] = []
        self._worst: Flags | None = None
        self._shortfall = 0

    def run(self, deadline: Deadline, similar: TreeProof | None = None) -> TreeProof | Flags:
        """Return a proof, or the violated cut with the largest shortfall found; raises LimitReached.

        `similar` is a proof for other quantities on the same routes: often its cases and multipliers prove
        these as well, and then no programme need be solved.
        """
        only_loaded = self._loaded is not None
        root = self._root()
        if root is None:
            return TreeProof((), only_loaded)
        if similar is not None and self._recounts(similar, root):
            return TreeProof(tuple(self._items), only_loaded)
        self._items.clear()
        pending = [root]
        searched = 0
        while pending:
            decided = pending.pop()
            searched += 1
            if searched > SEARCH_NODES_MAX:
                raise LimitReached(f"no proof within {SEARCH_NODES_MAX} cases")
            group = self._visit(decided, deadline)
            if group is not None:
                self._items.append(Split(self._names[group]))
                pending += [{**decided, group: False}, {**decided, group: True}]
        return TreeProof(tuple(self._items), only_loaded) if self._worst is None else self._worst

    def _root(self) -> dict[int, bool] | None:
        """Return the groups decided from the beginning; None where no cut can part them as it must."""
        if self._loaded is None:
            return {}
        group, loaded = self._adversary.network.group, self._loaded
        root = {int(group[loaded.receipt]): True} if loaded.receipt >= 0 else {}
        if loaded.delivery >= 0 and root.setdefault(int(group[loaded.delivery]), False):
            return None
        return root

    def _recounts(self, similar: TreeProof, root: dict[int, bool]) -> bool:
        """Return whether the cases and multipliers of another proof prove these rights; adds their items."""
        group_of, index = self._adversary.network.group, self._network.node_index
        places = np.flatnonzero(np.isin(np.flatnonzero(self._load.quantity), self._adversary.cut_paths))
        pending = [root]
        for item in similar.items:
            if not pending:
                return False
            decided = pending.pop()
            if isinstance(item, Split):
                group = int(group_of[index[item.point]])
                if group in decided:
                    return False
                self._items.append(Split(self._names[group]))
                pending += [{**decided, group: False}, {**decided, group: True}]
            elif isinstance(item, Unloaded):
                if not self._holds_none(decided):
                    return False
                self._items.append(item)
            else:
                path_shares = np.array(item.path_shares, dtype=np.float64)[places] / item.scale
                shares = item.hub_share / item.scale, path_shares, item.loading_share / item.scale
                if not self._leaf(decided, *shares):
                    return False
        return not pending

    def _visit(self, decided: dict[int, bool], deadline: Deadline) -> int | None:
        """Settle one case, or return the group to decide next."""
        if self._holds_none(decided):
            self._items.append(Unloaded(True))
            return None
        relaxed = self._adversary.relax(decided, deadline)
        may_be_worse = relaxed.bound >= self._shortfall + HALF
        if may_be_worse:
            self._try_cut(relaxed.inside > HALF, decided)
        elif self._worst is not None or self._leaf(
            decided, relaxed.hub_share, relaxed.path_shares, relaxed.loading_share
        ):
            return None
        open_groups = [group for group in self._groups.tolist() if group not in decided]
        if not open_groups:
            self._try_cut(self._sides(decided) > 0, decided)
            if self._worst is None and not self._leaf(decided, *self._whole_shares(decided)):
                raise LimitReached("a case with every point decided was neither proved nor disproved")
            return None
        inside = relaxed.inside[open_groups]
        doubt = self._adversary.stakes[open_groups] * np.minimum(inside, 1 - inside)
        if doubt.max() > WHOLE_TOLERANCE:
            return open_groups[int(doubt.argmax())]
        if may_be_worse and self._worst is not None:
            return None
        return open_groups[int(self._adversary.stakes[open_groups].argmax())]

    def _holds_none(self, decided: dict[int, bool]) -> bool:
        """Return whether a case holds no cut that counts."""
        if self._loaded is None:
            return False
        side, weight = self._sides(decided)[self._adversary.network.group], self._loaded.weight
        least = int(weight[side > 0].sum()) + int(np.minimum(weight[side == 0], 0).sum())
        return least > self._loaded.most

    def _try_cut(self, proposed: Flags, decided: dict[int, bool]) -> None:
        """Keep the least cut with groups inside as `proposed`, bool (groups,), if it falls short most so far.

        What is decided holds against what is proposed, and only cuts that count are kept.
        """
        sides = self._sides(decided)
        groups = np.where(sides == 0, proposed, sides > 0)
        inside = groups[self._adversary.network.group]
        has_rights = self._adversary.stakes[self._adversary.network.group] > 0
        cut = minimum_cut(self._network, self._day.capacities, has_rights & inside, has_rights & ~inside)
        if self._loaded is not None and int(self._loaded.weight[cut].sum()) > self._loaded.most:
            return
        shortfall = robust_demand(self._load, cut) - capacity_across(self._network, self._day.capacities, cut)
        if shortfall > self._shortfall:
            self._worst, self._shortfall = cut, shortfall

    def _whole_shares(self, decided: dict[int, bool]) -> tuple[float, Reals]:
        """Return the multipliers, all 0 or 1, that are best with every point decided."""
        load, cut = self._load, self._adversary.cut_paths
        inside = (self._sides(decided) > 0)[self._adversary.network.group]
        entries_are_fewer = load.entry[inside].sum() <= load.exit[~inside].sum()
        return float(entries_are_fewer), np.where(inside[load.delivery[cut]], 0.0, 1.0)

    def _leaf(
        self, decided: dict[int, bool], hub_share: float, path_shares: Reals, loading_share: float = 0.0
    ) -> bool:
        """Add a leaf to the proof, if the multipliers hold in whole numbers."""
        shares = np.append(path_shares, [loading_share, hub_share])
        is_whole = bool((np.minimum(shares, 1 - shares) <= WHOLE_TOLERANCE).all())
        most = max(self._load.demand_max, self._load.entry_total, self._load.exit_total)
        scale = 1 if is_whole else 1 << (SCALED_MAX // most).bit_length() - 1
        scaled = np.rint(shares * scale).astype(np.int64)
        weight, constant = self._weights(scale, int(scaled[-1]), scaled[:-2])
        if self._loaded is not None:
            weight -= scaled[-2] * self._loaded.weight
            constant += int(scaled[-2]) * self._loaded.most
        nodes = self._sides(decided)[self._adversary.network.group]
        flows = self._flows(weight, nodes, scale)
        rest = weight - self._sent(flows)
        bound = constant + int(rest[nodes > 0].sum()) + int(np.maximum(rest[nodes == 0], 0).sum())
        if bound >= scale:
            return False
        all_shares = np.full(len(self._load.quantity), scale, dtype=np.int64)
        all_shares[self._adversary.cut_paths] = scaled[:-2]
        kept = tuple(all_shares[self._load.quantity > 0].tolist())
        self._items.append(Leaf(scale, int(scaled[-1]), kept, tuple(flows.tolist()), int(scaled[-2])))
        return True

    def _sides(self, decided: dict[int, bool]) -> Integers:
        """Return int64 (groups,): 1 where decided to be inside, −1 where outside, else 0."""
        sides = np.zeros(self._adversary.network.size, dtype=np.int64)
        for group, is_inside in decided.items():
            sides[group] = 1 if is_inside else -1
        return sides

    def _weights(self, scale: int, hub_share: int, path_shares: Integers) -> tuple[Integers, int]:
        """Return w, int64 (nodes,), and the constant of the bound, in 1/`scale`."""
        load, cut = self._load, self._adversary.cut_paths
        quantity = load.quantity[cut]
        weight = hub_share * load.entry - (scale - hub_share) * load.exit
        np.add.at(weight, load.receipt[cut], path_shares * quantity)
        np.subtract.at(weight, load.delivery[cut], (scale - path_shares) * quantity)
        return weight, (scale - hub_share) * load.exit_total + int(((scale - path_shares) * quantity).sum())

    def _flows(self, weight: Integers, side: Integers, scale: int) -> Integers:
        """Return the flow, int64 (edges,), that bounds best with some nodes inside (1) and some not (−1)."""
        tied, most = self._adversary.network.tied, self._load.demand_max
        lower = np.where(tied, -ENDLESS, np.maximum(self._day.capacities.lower, -most) * scale)
        upper = np.where(tied, ENDLESS, np.minimum(self._day.capacities.upper, most) * scale)
        return dual_flow(self._network, lower, upper, weight, side > 0, side < 0)[0]

    def _sent(self, flows: Integers) -> Integers:
        """Return the net flow out of each node, int64 (nodes,)."""
        sent = np.zeros(self._network.hub, dtype=np.int64)
        np.add.at(sent, self._network.tail, flows)
        np.subtract.at(sent, self._network.head, flows)
        return sent
