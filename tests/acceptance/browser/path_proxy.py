"""A proxy that shows an installation below a path, which it takes off, as an nginx does in front of it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

HEAD_BYTES_MAX = 65_536
PIECE_BYTES = 65_536
SETTLED_S = 0.1
"""After which what was accepted last has begun, and what was closed last is."""


@contextmanager
def below(path: str, url: str) -> Iterator[str]:
    """Return the address of a proxy for what is at `url`, below `path` on another port of this machine."""
    upstream = urlsplit(url)
    loop = asyncio.new_event_loop()
    passing: set[asyncio.Task[None] | None] = set()  # the loop itself may forget them

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing.add(task := asyncio.current_task())
        # Cancelled when all is over: the server would complain of that.
        with suppress(ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            await _pass(path, (upstream.hostname or "", upstream.port or 80), reader, writer)
        writer.close()
        passing.discard(task)

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, limit=HEAD_BYTES_MAX))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_end(server))
        loop.close()


async def _end(server: asyncio.Server) -> None:
    await asyncio.sleep(SETTLED_S)
    server.close()
    passing = asyncio.all_tasks() - {asyncio.current_task()}
    for task in passing:
        task.cancel()
    await asyncio.gather(*passing, return_exceptions=True)
    await asyncio.sleep(SETTLED_S)


async def _pass(
    path: str, upstream: tuple[str, int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Pass one request on; a connection carries no second one, so that no later head has to be looked for."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, target, rest = head.split(" ", 2)
    if not target.startswith(f"{path}/"):
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        return
    version, *fields = rest.removesuffix("\r\n\r\n").split("\r\n")
    if not any(field.lower().startswith("upgrade:") for field in fields):
        fields = [field for field in fields if not field.lower().startswith("connection:")]
        fields.append("connection: close")
    behind, ahead = await asyncio.open_connection(*upstream)
    lines = [f"{method} {target.removeprefix(path)} {version}", *fields, "", ""]
    ahead.write("\r\n".join(lines).encode("latin-1"))
    sending = asyncio.ensure_future(_copy(reader, ahead))
    try:
        await _copy(behind, writer)
    finally:
        sending.cancel()
        ahead.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy what comes until it ends, and the end."""
    with suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
