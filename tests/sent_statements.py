"""What is sent to the database on behalf of some code under test, and of nothing else that runs beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import sqlalchemy as sa

from linepack.database.connections import Database

_SENT: Final[ContextVar[tuple[list[str], ...]]] = ContextVar("_SENT", default=())


def note_statements(database: Database) -> None:
    """Let `sent_statements` see what is sent to `database`."""

    def note(*arguments: Any) -> None:
        for sent in _SENT.get():
            sent.append(arguments[2])

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)


@contextmanager
def sent_statements() -> Iterator[list[str]]:
    """Lend the list of what is sent by what runs inside and by the tasks that it starts."""
    sent: list[str] = []
    token = _SENT.set((*_SENT.get(), sent))
    try:
        yield sent
    finally:
        _SENT.reset(token)
