"""Bridges: which elements alone join two parts of the network, and what lies on either side.

What enters one side of a bridge leaves it by the bridge, so that one row fixes its flow.
"""


def bridge_sides(
    tail: list[int], head: list[int], size: int
) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return, by bridge, the nodes on its tail's and on its head's side (Tarjan 1974).

    tail, head : the ends of each element; size : the number of nodes
    """
    incident: list[list[int]] = [[] for _ in range(size)]
    for element, (i, j) in enumerate(zip(tail, head, strict=True)):
        incident[i].append(element)
        incident[j].append(element)
    order, parts = _depth_first(incident, tail, head)
    sides = {}
    for element, child, first, size_below, start, end in parts:
        below = tuple(order[first : first + size_below])
        above = (*order[start:first], *order[first + size_below : end])
        sides[element] = (below, above) if tail[element] == child else (above, below)
    return sides


def _depth_first(
    incident: list[list[int]], tail: list[int], head: list[int]
) -> tuple[list[int], list[tuple[int, int, int, int, int, int]]]:
    """Return the nodes in the order of a depth-first walk, and every bridge found on it.

    A bridge is: the element, the node below it, where that node's subtree starts in the order and how many
    nodes it has, and where the bridge's component starts and ends.
    """
    place, low = [-1] * len(incident), [0] * len(incident)
    order: list[int] = []
    bridges: list[tuple[int, int, int, int, int, int]] = []
    for root in range(len(incident)):
        if place[root] >= 0:
            continue
        start, found = len(order), []
        place[root] = low[root] = start
        order.append(root)
        stack = [(root, -1, iter(incident[root]))]
        while stack:
            node, entry, rest = stack[-1]
            for element in rest:
                if element == entry:
                    continue
                other = head[element] if tail[element] == node else tail[element]
                if place[other] >= 0:
                    low[node] = min(low[node], place[other])
                    continue
                place[other] = low[other] = len(order)
                order.append(other)
                stack.append((other, element, iter(incident[other])))
                break
            else:
                stack.pop()
                if not stack:
                    continue
                parent = stack[-1][0]
                low[parent] = min(low[parent], low[node])
                if low[node] > place[parent]:
                    found.append((entry, node, place[node], len(order) - place[node]))
        bridges += [(*bridge, start, len(order)) for bridge in found]
    return order, bridges
