"""Permissions: which callers may use which root field. A root field without one of these fails a test.

A permission requires one scope, or only a signed-in caller, or states that the field is explicitly public.
Who has signed in and lacks the scope is refused as by any rule: with a ForbiddenProblem where the result can
be one, else with an error at the field. What a permitted caller then sees is decided by the repositories:
objects of other parties are not found. The schema shows the permission as a directive on the field.
"""

from typing import Any, ClassVar

import strawberry
from graphql import GraphQLError
from strawberry.permission import BasePermission

from linepack.access import Principal, Scope
from linepack.problems import Forbidden
from schema.types.context import RequestContext
from schema.types.problems import ErrorCode


class Permission(BasePermission):
    """Base of the permissions of this API; the error says whether signing in would help."""

    scope: ClassVar[Scope | None] = None
    public: ClassVar[bool] = False

    def has_permission(self, source: Any, info: strawberry.Info[RequestContext], **kwargs: Any) -> bool:
        """Return True for a permitted caller; raises GraphQLError UNAUTHENTICATED or Forbidden for others."""
        principal = info.context.principal
        if self.allows(principal):
            return True
        if principal is None:
            raise GraphQLError("sign in first", extensions={"code": ErrorCode.UNAUTHENTICATED})
        raise Forbidden(f"this needs the scope {self.scope}, which you do not have")

    @classmethod
    def allows(cls, principal: Principal | None) -> bool:
        """Return whether a caller, None for an anonymous one, is permitted."""
        if principal is None or cls.public:
            return cls.public
        return cls.scope is None or principal.holds(cls.scope)


class Public(Permission):
    """Anyone may call this, signed in or not."""

    public = True


class SignedIn(Permission):
    """Every signed-in principal may call this."""


class MayRead(Permission):
    """Requires the scope READ."""

    scope = Scope.READ


class MayBook(Permission):
    """Requires the scope BOOK."""

    scope = Scope.BOOK


class MayTrade(Permission):
    """Requires the scope TRADE."""

    scope = Scope.TRADE


class MaySettle(Permission):
    """Requires the scope SETTLE."""

    scope = Scope.SETTLE


class MayOperate(Permission):
    """Requires the scope OPERATE."""

    scope = Scope.OPERATE


class MayManage(Permission):
    """Requires the scope MANAGE."""

    scope = Scope.MANAGE


class MayAdminister(Permission):
    """Requires the scope ADMINISTER."""

    scope = Scope.ADMINISTER
