"""The algebra of contract networks, in one place.

reduce, expand, distribute    the same contract with fewer elements, and back
`capacity.contracts.algebra.reduction`
fold, unfold                  an element and the sub-network it stands for
`capacity.contracts.algebra.unfolding`
split, assign, kept           a part of a contract passes to another holder
`capacity.contracts.algebra.split`
embed                         all contracts of a day over the physical network
`capacity.contracts.algebra.embedding`
plan, invoice                 the same graph forward and backward in time
`capacity.contracts.algebra.plan`
"""

from capacity.contracts.algebra.embedding import embed
from capacity.contracts.algebra.plan import invoice, plan
from capacity.contracts.algebra.reduction import distribute, expand, reduce
from capacity.contracts.algebra.split import assign, kept, passed_on_within, split
from capacity.contracts.algebra.unfolding import fold, unfold

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
