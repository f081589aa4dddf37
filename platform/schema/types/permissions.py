"""The home of who may call which root field. Default deny: a root field without one of these fails a test.

A permission asks for one scope, or for nothing but a signed-in principal, or says aloud that the field is
public. What a permitted principal then sees is the repositories' matter: another party's things are not
found. In the schema the permission shows as a directive on the field.
"""

from typing import Any, ClassVar

import strawberry
from graphql import GraphQLError
from strawberry.permission import BasePermission

from linepack.access import Principal, Scope
from schema.types.context import RequestContext
from schema.types.problems import ErrorCode


class Permission(BasePermission):
    """Base of the permissions of this API; a refused caller learns whether signing in would help."""

    scope: ClassVar[Scope | None] = None
    public: ClassVar[bool] = False

    def has_permission(self, source: Any, info: strawberry.Info[RequestContext], **kwargs: Any) -> bool:
        """Tell whether the caller may; raises GraphQLError UNAUTHENTICATED or FORBIDDEN when not."""
        if self.public:
            return True
        self.check(info.context.principal)
        return True

    def check(self, principal: Principal | None) -> None:
        """Raise GraphQLError unless `principal` is signed in and holds the scope."""
        if principal is None:
            raise GraphQLError("sign in first", extensions={"code": ErrorCode.UNAUTHENTICATED})
        if self.scope is not None and not principal.holds(self.scope):
            raise GraphQLError(
                f"this needs the scope {self.scope}, which you do not have",
                extensions={"code": ErrorCode.FORBIDDEN},
            )


class Public(Permission):
    """Anyone may call this, signed in or not."""

    public = True


class SignedIn(Permission):
    """Every signed-in principal may call this."""


class MayRead(Permission):
    """Asks for the scope READ."""

    scope = Scope.READ


class MayBook(Permission):
    """Asks for the scope BOOK."""

    scope = Scope.BOOK


class MayTrade(Permission):
    """Asks for the scope TRADE."""

    scope = Scope.TRADE


class MaySettle(Permission):
    """Asks for the scope SETTLE."""

    scope = Scope.SETTLE


class MayOperate(Permission):
    """Asks for the scope OPERATE."""

    scope = Scope.OPERATE


class MayAdminister(Permission):
    """Asks for the scope ADMINISTER."""

    scope = Scope.ADMINISTER
