"""Running a mutation's command for its caller.

A handler refuses by raising a `linepack.problems.Problem`, which becomes a member of the mutation's union.
"""

from typing import TypeVar

from linepack.commands.handling import Handler
from market.context import MarketCaller, MarketContext
from schema.types.context import Info

CommandT = TypeVar("CommandT")
Result = TypeVar("Result")


async def run(info: Info, handle: Handler[CommandT, MarketContext, Result], command: CommandT) -> Result:
    """Return what a command gives that is run for the caller now, in a transaction of its own."""
    return await caller_of(info).run(handle, command)


def caller_of(info: Info) -> MarketCaller:
    """Return the caller, now, for a command that opens its transactions itself."""
    context = info.context
    return context.services.market.caller(context.caller(), context.services.now())
