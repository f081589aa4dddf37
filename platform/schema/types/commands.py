"""Running a mutation's command for its caller.

A service refuses by raising a `linepack.problems.Problem`, which becomes a member of the mutation's union.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from linepack.commands.unit_of_work import UnitOfWork
from schema.types.context import Info

Result = TypeVar("Result")


async def run_on_market(info: Info, handle: Callable[..., Awaitable[Result]], command: Any) -> Result:
    """Return what a command of the market gives, run for the caller now."""
    context = info.context
    return await handle(context.services.market, context.caller(), command, context.services.now())


async def run(info: Info, handle: Callable[..., Awaitable[Result]], *command: Any) -> Result:
    """Return what a command gives that is run for the caller now, in a transaction of its own."""
    context = info.context
    async with UnitOfWork(context.services.database) as uow:
        return await handle(uow, context.caller(), *command, at=context.services.now())
