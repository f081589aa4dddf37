"""The pressures that pages show, computed once for each state of a network and its rights.

The page is public: it never blocks and never queues ahead of bookings. It has its own verifiers, asks about
one gas day of a network at a time, and says so while the answer is not there yet.
"""

import asyncio
from collections import OrderedDict
from typing import Final

from capacity.feasibility.errors import Undecided
from capacity.feasibility.network_views import NetworkView
from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.verifier_pool import VerifierPool
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.physics.state_summary import edge_settings, node_pressures
from capacity.networks.model import Network
from linepack.gasday import GasDay
from linepack.ids import NetworkId
from linepack.problems import InvalidInput
from server.page.pressures import Pressures

PATIENCE_S: Final = 1.0
"""How long a page waits."""
SOUGHT_S: Final = 5.0
"""How long a state is sought."""
KEPT_MAX: Final = 256
LATE: Final = Pressures(unknown="They are being worked out: look again in a moment.")

_Key = tuple[NetworkId, int, int, GasDay]


class PressureCache:
    """The pressures of one process."""

    def __init__(self, verifiers: VerifierPool, *, patience_s: float = PATIENCE_S) -> None:
        self._verifiers = verifiers
        self._patience_s = patience_s
        self._found: OrderedDict[_Key, Pressures] = OrderedDict()
        self._looking: dict[NetworkId, asyncio.Task[None]] = {}

    async def look(self, view: NetworkView, day: GasDay) -> Pressures:
        """Return the pressures of `day` when all firm rights are used at once, or why not."""
        network_id = view.published.id
        key: _Key = (network_id, *view.version, day)
        if key not in self._found:
            if network_id not in self._looking:
                self._looking[network_id] = asyncio.create_task(self._look(key, view, day))
            done, _ = await asyncio.wait({self._looking[network_id]}, timeout=self._patience_s)
            for looked in done:
                looked.result()
        return self._found.get(key, LATE)

    async def _look(self, key: _Key, view: NetworkView, day: GasDay) -> None:
        network = view.published.network

        def ask(verifier: Verifier) -> Pressures:
            return _shown(network, verifier.views.pressures(view.rights, day, seconds=SOUGHT_S))

        try:
            self._found[key] = await self._verifiers.run(view.published, ask)
        except (InvalidInput, Undecided) as reason:
            self._found[key] = Pressures(unknown=f"Not known: {reason.message}.")
        finally:
            del self._looking[key[0]]
        while len(self._found) > KEPT_MAX:
            self._found.popitem(last=False)


def _shown(network: Network, picture: PressurePicture) -> Pressures:
    if picture.state is not None:
        compiled = compile_hydraulics(network, use_maps=False)
        return Pressures(node_pressures(compiled, picture.state), edge_settings(compiled, picture.state))
    if picture.shortage is not None:
        return Pressures(shortage=picture.shortage)
    return Pressures(unknown=f"Not known: {picture.reason}.")
