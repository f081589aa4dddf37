"""What every command shares: the services it runs on, its console, and how refusals are shown."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from linepack.access import Principal, Role, platform_principal, scopes_of
from linepack.gasday import Period
from linepack.identity import repository as identity_repository
from linepack.identity.model import Party
from linepack.ids import PartyId
from linepack.monitoring.logging import configure_logging
from linepack.problems import InvalidInput, NotFound, Problem
from linepack.settings import Settings
from server.errors import CannotStart
from server.installation.opening import installation
from server.services import Services, open_services

console = Console()
errors = Console(stderr=True)


def run(command: Callable[[Services, Principal], Awaitable[None]], *, must_exist: bool = False) -> None:
    """Run a command on this installation as the platform itself; a refusal ends with status 1.

    So does a command on an installation that `must_exist`, and is not there; others make it.
    """
    settings = settings_or_exit()
    configure_logging(production=settings.is_production, level=logging.WARNING)
    with refusals():
        asyncio.run(_run(settings, command, must_exist=must_exist))


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal, or why the installation cannot start, and end with status 1."""
    try:
        yield
    except Problem as problem:
        show(problem)
        raise typer.Exit(1) from None
    except CannotStart as reason:
        errors.print(str(reason), style="red", soft_wrap=True, highlight=False, markup=False)
        raise typer.Exit(1) from None


def settings_or_exit(**given: Any) -> Settings:
    """Return the settings of the environment but for those given; invalid ones are listed: status 2."""
    try:
        return Settings(**given)
    except ValidationError as invalid:
        for fault in invalid.errors():
            place = ".".join(map(str, fault["loc"])) or "settings"
            message = fault["msg"].removeprefix("Value error, ")
            errors.print(f"[red]{place}[/red]: {escape(message)}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


def show(problem: Problem) -> None:
    """Print a refusal, every fault on a line of its own."""
    if isinstance(problem, InvalidInput):
        for fault in problem.faults:
            errors.print(f"[red]{fault.place}[/red] {fault.message}", highlight=False, soft_wrap=True)
    else:
        errors.print(f"[red]{problem.code}[/red] {problem.message}", highlight=False, soft_wrap=True)


def period_of(start: date, end: date) -> Period:
    """Return the gas days from `start` up to, not including, `end`; status 2 when there are none."""
    try:
        return Period(start, end)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def acting_for(principal: Principal, party_id: PartyId, role: Role) -> Principal:
    """Return the principal of a command that acts for a party, in one of its roles."""
    roles = frozenset({role})
    return Principal(principal.subject, party_id, roles, scopes_of(roles), principal.expires_at)


async def party_of(services: Services, code: str) -> Party:
    """Return the party with this code; raises NotFound."""
    async with services.database.read() as connection:
        party = await identity_repository.party_by_code(connection, code)
    if party is None:
        raise NotFound("party", code)
    return party


async def _run(
    settings: Settings, command: Callable[[Services, Principal], Awaitable[None]], *, must_exist: bool
) -> None:
    async with (
        installation(settings, must_exist=must_exist) as (complete, _),
        open_services(complete) as services,
    ):
        await command(services, platform_principal(now=services.now()))
