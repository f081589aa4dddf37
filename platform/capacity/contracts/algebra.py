"""The algebra of contract networks, in one place.

reduce, expand, distribute    the same contract with fewer elements, and back    `capacity.contracts.reduce`
fold, unfold                  an element and the sub-network it stands for       `capacity.contracts.binding`
split, assign, kept           a part of a contract passes to another holder      `capacity.contracts.split`
embed                         all contracts of a day over the physical network   `capacity.contracts.embed`
plan, invoice                 the same graph forward and backward in time        `capacity.contracts.plan`
"""

from capacity.contracts.binding import fold, unfold
from capacity.contracts.embed import embed
from capacity.contracts.plan import invoice, plan
from capacity.contracts.reduce import distribute, expand, reduce
from capacity.contracts.split import assign, kept, passed_on_within, split

__all__ = [
    "assign",
    "distribute",
    "embed",
    "expand",
    "fold",
    "invoice",
    "kept",
    "passed_on_within",
    "plan",
    "reduce",
    "split",
    "unfold",
]
