"""One API process: answers on the socket that the supervisor has opened for all of them."""

import sys

import uvicorn
from starlette.types import ASGIApp

from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs
from linepack.settings import Settings
from server.supervision.child_process import begin
from server.web.app import create

SHUTDOWN_S = 5
SWITCH_S = 0.0005
"""How long a thread that proves keeps the interpreter from the one that answers. An answer waits for it some
ten times; with Python's 5 ms a proof under way would make that 50 ms."""


def main(descriptor: int) -> None:
    """Serve until asked to end; requests under way get a moment to finish."""
    settings = begin("linepack-api")
    sys.setswitchinterval(SWITCH_S)
    warm_up(Highs())
    uvicorn.Server(configuration(create(settings), settings, descriptor)).run()


def configuration(app: ASGIApp, settings: Settings, descriptor: int) -> uvicorn.Config:
    """Return how an application is served on a socket; only proxies that the settings name are believed."""
    return uvicorn.Config(
        app,
        fd=descriptor,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=1_000_000,
        timeout_graceful_shutdown=SHUTDOWN_S,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        root_path=settings.root_path,
    )
