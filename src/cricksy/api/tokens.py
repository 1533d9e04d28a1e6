"""Authenticates the caller: a JSON Web Token names the coach, the owner and the plan."""

from typing import Annotated, Any, Final

import jwt
import msgspec
import structlog
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from cricksy.api.problems import NotEntitled, Unauthenticated
from cricksy.data.sessions import Owner
from cricksy.settings import TokenSettings
from cricksy.vocabulary import OwnerType

ENTITLEMENT: Final = "coach_pro_plus"
LEEWAY_SECONDS: Final = 30

Identifier = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""Id of a coach or an organisation: 1–255 characters, no control characters (RFC 7519 §4.1.2)."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims that we read. PyJWT checks ``aud``, ``iss`` and ``exp``."""

    sub: Identifier
    org: Identifier | None = None
    plan: str | list[str] = []
    roles: str | list[str] = []


class Coach(msgspec.Struct, frozen=True, kw_only=True):
    """The caller."""

    user_id: str
    owner: Owner
    entitled: bool


class TokenVerifier:
    def __init__(self, settings: TokenSettings) -> None:
        self._settings = settings

    def verify(self, token: str) -> Coach:
        """The coach that ``token`` names. Raises :class:`Unauthenticated`."""
        try:
            claims = msgspec.convert(self._decode(token), Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
            raise Unauthenticated(token_was_sent=True) from error
        owner = Owner(OwnerType.ORG, claims.org) if claims.org else Owner(OwnerType.COACH, claims.sub)
        entitled = ENTITLEMENT in _words(claims.plan) or ENTITLEMENT in _words(claims.roles)
        return Coach(user_id=claims.sub, owner=owner, entitled=entitled)

    def _decode(self, token: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            self._settings.secret,
            algorithms=["HS256"],
            audience=self._settings.audience,
            issuer=self._settings.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "aud", "iss"]},
        )


def _words(value: str | list[str]) -> list[str]:
    return value.split() if isinstance(value, str) else value


class TokenAuthentication(AbstractAuthenticationMiddleware):
    def __init__(self, app: ASGIApp, verifier: TokenVerifier) -> None:
        # OPTIONS too: the framework would let it through to guards that need a caller.
        super().__init__(app, exclude_http_methods=[])
        self._verifier = verifier

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated(token_was_sent=False)
        coach = self._verifier.verify(token.strip())
        structlog.contextvars.bind_contextvars(user_id=coach.user_id)
        return AuthenticationResult(user=coach, auth=None)


async def requires_coach_pro_plus(connection: ASGIConnection[Any, Coach, Any, Any], _: BaseRouteHandler) -> None:
    if not connection.user.entitled:
        raise NotEntitled
