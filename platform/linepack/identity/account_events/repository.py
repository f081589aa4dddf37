"""Recording and reading account events: with the change itself, in its transaction, or not at all."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import Principal, Role, Scope
from linepack.commands.handling import Caller
from linepack.database.paging import Listed, one_by_one
from linepack.database.rows import RowMapper
from linepack.database.together import Reader
from linepack.identity.account_events.model import AccountEvent, AccountEventKind
from linepack.identity.account_events.tables import AccountEventRow
from linepack.identity.model import Account, ApiKey
from linepack.ids import AccountEventId, UserId

_event = AccountEventRow.core()
_events = RowMapper(AccountEventRow, AccountEvent)


class AccountEventSort(StrEnum):
    """The columns that account events may be ordered by."""

    RECORDED_AT = "id"


async def record(
    connection: AsyncConnection,
    caller: Caller,
    kind: AccountEventKind,
    concerned: Account | ApiKey,
    *,
    roles_before: frozenset[Role] | None = None,
) -> None:
    """Add the event that `caller` made this change, after which an account or key is as given.

    `roles_before` are given if they were others.
    """
    principal = caller.principal
    event = AccountEvent(
        id=AccountEventId(caller.new_id()),
        party_id=concerned.party_id,
        kind=kind,
        account_id=concerned.id if isinstance(concerned, Account) else None,
        api_key_id=concerned.id if isinstance(concerned, ApiKey) else None,
        by_account_id=principal.user_id,
        subject=principal.subject,
        is_by_installation=principal.holds(Scope.ADMINISTER),
        roles_before=concerned.roles if roles_before is None else roles_before,
        roles_after=concerned.roles,
        recorded_at=caller.at,
    )
    await connection.execute(sa.insert(_event).values(_events.values(event)))


def events(
    principal: Principal, *, account_id: UserId | None = None, kind: AccountEventKind | None = None
) -> Listed[AccountEvent]:
    """Return the list of the events that a principal sees; of one account or kind, if given."""
    conditions = [_seen_by(principal)]
    if account_id is not None:
        conditions.append(_event.c.account_id == account_id)
    if kind is not None:
        conditions.append(_event.c.kind == kind.value)
    return Listed(_event, sa.select(_event).where(*conditions), one_by_one(_events.read))


async def events_by_id(
    connection: Reader, principal: Principal, ids: Sequence[AccountEventId]
) -> dict[AccountEventId, AccountEvent]:
    """Return the events with these ids, those that a principal sees."""
    query = sa.select(_event).where(_event.c.id.in_(ids), _seen_by(principal))
    return {event.id: event for event in _events.all(await connection.execute(query))}


def _seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    if principal.holds(Scope.ADMINISTER):
        return sa.true()
    if not principal.holds(Scope.MANAGE):
        return sa.false()
    return _event.c.party_id == principal.party_id
