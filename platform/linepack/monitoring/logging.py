"""Logs: structured, one event name and its facts per line, never a secret.

JSON in production, readable lines otherwise. Facts bound with `bind_request` (the request id) appear on every
line logged while that request is served. Only the shell logs; rules return values.
"""

import logging
import sys

import structlog
from structlog.typing import FilteringBoundLogger

logger: FilteringBoundLogger = structlog.get_logger("linepack")


def configure_logging(*, production: bool, level: int = logging.INFO) -> None:
    """Choose rendering and lowest level for this process, on standard error; call once, when it starts."""
    # Both renderings of a traceback would show local variables by default, and so passwords and keys.
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if production
        else structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.RichTracebackFormatter(show_locals=False)
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.ExceptionRenderer(tracebacks) if production else structlog.dev.set_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def bind_request(request_id: str) -> None:
    """Put the request id on every line logged in this task from now on."""
    structlog.contextvars.bind_contextvars(request_id=request_id)
