"""The commands on release credits: `linepack release-credit default`, `late` and `show`.

They act for the operator of the contract concerned.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated
from uuid import uuid4

import typer
from rich.table import Table

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from linepack.access import Principal, Role
from linepack.identity.repository import parties_by_id
from server.cli.session import acting_for, console, run
from server.services import Services
from settlement.release_credits import service
from settlement.release_credits.model import ChangeKind
from settlement.release_credits.service import RecordCreditChange, record_change

release_credits = typer.Typer(
    help="What releasing shippers are credited, and replacement shippers that did not pay.",
    no_args_is_help=True,
)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"an amount is a decimal number, not {text!r}") from None


Code = Annotated[str, typer.Argument(help="Code of the replacement contract.")]
Month = Annotated[datetime, typer.Option(formats=["%Y-%m"], help="The gas month, such as 2027-04.")]
Amount = Annotated[
    Decimal | None,
    typer.Option(parser=_amount, help="In the contract's currency; all that is left, if left out."),
]
Debtor = Annotated[
    str | None,
    typer.Option(help="Code of the party, where the contract was assigned in part and several owe."),
]
Key = Annotated[str | None, typer.Option(help="Idempotency key: the same key records once.")]


@release_credits.command()
def default(
    contract: Code, month: Month, amount: Amount = None, debtor: Debtor = None, key: Key = None
) -> None:
    """Record that demand money was not paid: the releasing shipper's credit is taken back by as much."""
    _record(ChangeKind.DEFAULTED, contract, month, amount, debtor=debtor, key=key)


@release_credits.command()
def late(contract: Code, month: Month, amount: Amount = None, debtor: Debtor = None, key: Key = None) -> None:
    """Record that the money came late: the releasing shipper is credited anew by as much."""
    _record(ChangeKind.PAID_LATE, contract, month, amount, debtor=debtor, key=key)


@release_credits.command()
def show(
    contract: Annotated[
        str, typer.Argument(help="Code of a replacement contract or of the one released from.")
    ],
) -> None:
    """Show what is credited for replacement contracts, by gas month."""

    async def command(services: Services, principal: Principal) -> None:
        found = await _contract(services, principal, contract)
        async with services.database.read() as connection:
            shown = await service.release_credits(
                connection, acting_for(principal, found.operator_id, Role.OPERATOR), found.id
            )
            parties = await parties_by_id(connection, sorted({one.releasing_id for one in shown}))
        table = Table("contract", "gas month", "releasing", "demand", "taken back", "credited", box=None)
        for one in shown:
            figures = (one.demand, one.taken_back, one.credited)
            month, releasing = f"{one.gas_month:%Y-%m}", parties[one.releasing_id].code
            table.add_row(one.child_code, month, releasing, *map(str, figures))
        console.print(table)

    run(command)


def _record(
    kind: ChangeKind,
    contract: str,
    month: datetime,
    amount: Decimal | None,
    *,
    debtor: str | None,
    key: str | None,
) -> None:
    async def command(services: Services, principal: Principal) -> None:
        found = await _contract(services, principal, contract)
        order = RecordCreditChange(
            kind=kind,
            child_id=found.id,
            gas_month=month.date(),
            amount=amount,
            debtor=debtor,
            idempotency_key=key or str(uuid4()),
        )
        operator = acting_for(principal, found.operator_id, Role.OPERATOR)
        caller = services.market.caller(operator, services.now())
        credit = await caller.run(record_change, order)
        console.print(
            f"{credit.child_code}  {credit.gas_month:%Y-%m}: credited {credit.credited} of {credit.demand}, "
            f"taken back {credit.taken_back}",
            soft_wrap=True,
            highlight=False,
        )

    run(command)


async def _contract(services: Services, principal: Principal, code: str) -> Contract:
    async with services.database.read() as connection:
        return await contracts.by_code(connection, principal, code)
