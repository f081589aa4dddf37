"""The home of what can be refused about networks.

Problem
├── InvalidInput         a file, a network or an overlay has faults; all are listed
├── NotFound             no such network or overlay, or it is another operator's to change
└── Conflict
    └── NetworkCodeTaken another network has this code
"""

from linepack.problems import Conflict


class NetworkCodeTaken(Conflict):
    """Another network has this code already; codes are unique on the platform."""

    code = "NETWORK_CODE_TAKEN"

    def __init__(self, network_code: str) -> None:
        super().__init__(f"there is a network {network_code!r} already", path=("code",))
        self.network_code = network_code
