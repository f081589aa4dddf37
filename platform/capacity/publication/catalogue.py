"""The networks that come with Linepack: four published ones, in the native format.

`tools.shipped_networks` makes the files under `shipped/` from the original sources; the product only reads
them. Each file carries its attribution and licence, and its capacities are already derived.
"""

from functools import cache
from importlib.resources import files

from capacity.networks.formats import native
from capacity.networks.model import Network
from linepack.problems import NotFound

NAMES = {
    "belgian": "Belgian network",
    "gaslib-40": "GasLib-40",
    "gaslib-135": "GasLib-135",
    "gaslib-582": "GasLib-582",
}
_SHIPPED = files("capacity.publication") / "shipped"


def codes() -> list[str]:
    """Return the codes of the shipped networks, smallest network first."""
    return list(NAMES)


@cache
def load(code: str) -> Network:
    """Return a shipped network, with capacities; raises NotFound."""
    if code not in NAMES:
        raise NotFound("shipped network", code)
    return native.read((_SHIPPED / f"{code}.json").read_bytes(), file=f"{code}.json")
