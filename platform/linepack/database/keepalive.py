"""Signs of life on connections to the database, by which either end notices that the other has vanished.

A machine that loses its power, or a network that is cut, sends no error. A process that waits for an answer
would wait for ever, and the server would keep what a lost process holds, such as the election of the relay,
for the two hours after which Linux asks by itself. Sockets of the same machine need none.
"""

import os
import socket
from typing import Any, Final

import asyncpg

IDLE_S: Final = 15
"""How long a connection may be silent before the other end is asked."""
INTERVAL_S: Final = 5
COUNT: Final = 3
"""So many questions without an answer end the connection."""
GIVEN_UP_MS: Final = 1000 * (IDLE_S + COUNT * INTERVAL_S)
"""Likewise what was sent and not received for so long."""

SERVER_SETTINGS: Final = {
    "tcp_keepalives_idle": str(IDLE_S),
    "tcp_keepalives_interval": str(INTERVAL_S),
    "tcp_keepalives_count": str(COUNT),
}
"""What the server does for its end."""
_OPTIONS: Final = {
    "TCP_KEEPIDLE": IDLE_S,
    "TCP_KEEPINTVL": INTERVAL_S,
    "TCP_KEEPCNT": COUNT,
    "TCP_USER_TIMEOUT": GIVEN_UP_MS,
}


class KeptAlive(asyncpg.Connection):  # type: ignore[misc]  # asyncpg is not typed
    """A connection of the driver that asks for signs of life."""

    def __init__(self, protocol: Any, transport: Any, *others: Any) -> None:
        super().__init__(protocol, transport, *others)
        # Over a copy of its descriptor, because event loops show what is not quite a socket.
        with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as own:
            ask_for_signs_of_life(own)


def ask_for_signs_of_life(connected: socket.socket) -> None:
    """Have the system ask the other end of a TCP connection, as far as it can."""
    if connected.family not in (socket.AF_INET, socket.AF_INET6):
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
