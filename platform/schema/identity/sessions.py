"""Sessions: going on with one, signing out, and a person's own sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.database.paging import Direction
from linepack.identity.sessions import model, repository
from linepack.identity.signing_out import EndSession, SignOut, end_session, sign_out
from linepack.ids import SessionId
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info, RequestContext
from schema.types.nodes import StoredNode, uuid_of
from schema.types.permissions import SignedIn
from schema.types.problems import Refusals


async def load_sessions(context: RequestContext, ids: Sequence[SessionId]) -> list[model.Session | None]:
    """Return the sessions with these ids that are the caller's own."""
    user_id = context.caller().user_id
    if user_id is None:
        return [None] * len(ids)
    async with context.services.database.read() as connection:
        found = await repository.of_account(connection, user_id, ids)
    return [found.get(session_id) for session_id in ids]


@strawberry.type
class Session(StoredNode):
    """A sign-in of a person, shown to that person."""

    id: relay.NodeID[UUID]
    created_at: datetime = strawberry.field(description="When the person signed in.")
    last_used_at: datetime = strawberry.field(description="When tokens were last issued in it.")
    expires_at: datetime = strawberry.field(description="When it ends unless it is refreshed before.")
    ended_at: datetime | None = strawberry.field(description="When it was ended; null while it is not.")
    address: str = strawberry.field(description="The network address that it was last used from.")
    user_agent: str = strawberry.field(
        description="What the program that last used it calls itself; nothing vouches for it."
    )

    load_rows = staticmethod(load_sessions)


@strawberry.input
class SignOutInput:
    """What to end."""

    everywhere: bool = strawberry.field(
        default=False, description="Whether to end all your sessions, not only this one."
    )


@strawberry.type
class SignOutPayload:
    """You are signed out: the tokens of what has ended are void, and its websockets are closed."""

    ended_sessions: int = strawberry.field(description="How many sessions have ended.")


@strawberry.input
class EndSessionInput:
    """A session of your own to end."""

    session_id: relay.GlobalID = strawberry.field(description="The id of the session.")


@strawberry.type
class EndSessionPayload:
    """A session that was ended."""

    session: Session = strawberry.field(description="The session, ended.")


SignOutResult = Annotated[SignOutPayload | Refusals, strawberry.union("SignOutResult")]
EndSessionResult = Annotated[EndSessionPayload | Refusals, strawberry.union("EndSessionResult")]


@strawberry.type
class SessionQueries:
    """Queries of sessions."""

    @paged(KeysetConnection[Session], SignedIn, by="created_at", direction=Direction.DESCENDING)
    async def sessions(self, info: Info) -> Shown[model.Session]:
        """Your own sessions that have not ended, newest first; a machine has none."""
        return Shown(repository.live(info.context.caller().user_id, now=info.context.services.now()))


@strawberry.type
class SessionMutations:
    """Mutations of sessions."""

    @strawberry.mutation(permission_classes=[SignedIn])
    async def sign_out(self, info: Info, input: SignOutInput) -> SignOutResult:  # noqa: A002
        """End this session, or all of yours."""
        context = info.context.services.identity.context(info.context.caller())
        return SignOutPayload(ended_sessions=await sign_out(SignOut(input.everywhere), context))

    @strawberry.mutation(permission_classes=[SignedIn])
    async def end_session(self, info: Info, input: EndSessionInput) -> EndSessionResult:  # noqa: A002
        """End a session of yours, on another machine or this one."""
        session_id = SessionId(uuid_of("Session", input.session_id, "sessionId"))
        context = info.context.services.identity.context(info.context.caller())
        return EndSessionPayload(session=Session.of(await end_session(EndSession(session_id), context)))
