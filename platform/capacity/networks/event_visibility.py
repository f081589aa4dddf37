"""Which events of a stream a principal may read, as a condition on their rows.

Public events, those addressed to its party, and for an operator all on its networks; who oversees the market
reads all but what is sealed. Reading by this condition leaves what is for others in the database.
"""

from collections.abc import Collection

import sqlalchemy as sa

from capacity.networks.tables import NetworkRow
from linepack.access import Principal, Role
from linepack.events import log
from linepack.events.tables import EventRow

_events = EventRow.core()
_networks = NetworkRow.core()


def readable_by(
    principal: Principal, topics: Collection[str] | None = None, *, sealed: Collection[str] = ()
) -> sa.ColumnElement[bool]:
    """Return the condition that the principal may read an event and that it is of these topics, if given.

    To oversee the market does not open the topics that are `sealed`.
    """
    seen = _open_to(principal)
    if principal.oversees:
        seen = sa.or_(seen, _events.c.topic.not_in(sorted(sealed)))
    return seen if topics is None else sa.and_(seen, log.is_about(topics))


def _open_to(principal: Principal) -> sa.ColumnElement[bool]:
    is_public = _events.c.audience.is_(None)
    if principal.party_id is None:
        return is_public
    is_addressed = _events.c.audience.contains([principal.party_id])
    if Role.OPERATOR not in principal.roles:
        return sa.or_(is_public, is_addressed)
    operated = sa.select(_networks.c.id).where(_networks.c.operator_id == principal.party_id)
    return sa.or_(is_public, is_addressed, _events.c.network_id.in_(operated))
