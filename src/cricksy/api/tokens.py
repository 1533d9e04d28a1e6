"""Authenticates the caller: a JSON Web Token names the coach, the owner and the plan."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Final

import jwt
import msgspec
import structlog
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from cricksy.api.keys import IssuerKeys, KeysUnavailable
from cricksy.api.problems import IssuerUnavailable, NotEntitled, Unauthenticated
from cricksy.data.sessions import Owner
from cricksy.settings import TokenSettings
from cricksy.vocabulary import OwnerType

ENTITLEMENT: Final = "coach_pro_plus"
LEEWAY_SECONDS: Final = 30

KEPT_SECONDS: Final = 60.0
"""How long a verified token is not verified again."""
_MOST_KEPT: Final = 4096

Identifier = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""Id of a coach or an organisation: 1–255 characters, no control characters (RFC 7519 §4.1.2)."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims that we read. PyJWT checks ``aud``, ``iss`` and the times, but takes a time that is a string."""

    sub: Identifier
    org: Identifier | None = None
    plan: str | list[str] | None = None
    roles: str | list[str] | None = None
    exp: float
    nbf: float | None = None
    iat: float | None = None


class Coach(msgspec.Struct, frozen=True, kw_only=True):
    """The caller."""

    user_id: str
    owner: Owner
    entitled: bool


class _Verified(msgspec.Struct, frozen=True):
    coach: Coach
    keys: int
    """The generation of the issuer's keys that verified it."""
    since: float
    until: float
    """Within these times, in seconds since 1970, it needs no other check."""


class TokenVerifier:
    """HS256 with shared secrets, RS256 and ES256 with the issuer's keys: each algorithm has its own kind of key.

    A verified token is remembered by its SHA-256 for up to ``KEPT_SECONDS``: never beyond its expiry, never after the
    issuer's keys are fetched again or grow too old, and never where the clock goes back. The secrets do not change.
    """

    def __init__(
        self,
        settings: TokenSettings,
        issuer_keys: IssuerKeys | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._secrets = [secret for secret in (settings.secret, *settings.previous_secrets) if secret]
        self._issuer_keys = issuer_keys
        self._clock = clock
        # The oldest is the first.
        self._verified: dict[bytes, _Verified] = {}

    async def verify(self, token: str) -> Coach:
        """The coach that ``token`` names. Raises :class:`Unauthenticated` and :class:`IssuerUnavailable`."""
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        # Read before the keys: a token that is verified with later ones is only verified once more.
        generation = self._generation()
        known = self._verified.get(digest)
        if known is not None and known.keys == generation and known.since <= self._clock() < known.until:
            return known.coach
        coach, expiry = await self._verify(token)
        if generation is not None:
            now = self._clock()
            self._remember(digest, _Verified(coach, generation, now, min(now + KEPT_SECONDS, expiry)))
        return coach

    def _generation(self) -> int | None:
        return 0 if self._issuer_keys is None else self._issuer_keys.generation

    def _remember(self, digest: bytes, verified: _Verified) -> None:
        self._verified.pop(digest, None)
        if len(self._verified) >= _MOST_KEPT:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = verified

    async def _verify(self, token: str) -> tuple[Coach, float]:
        """The coach, and the moment from which the token is refused."""
        try:
            claims = msgspec.convert(await self._decode(token), Claims)
            # JSON may hold half a surrogate pair, which neither the database nor a log line can.
            f"{claims.sub}{claims.org}".encode()
        except (jwt.InvalidTokenError, msgspec.ValidationError, UnicodeEncodeError, RecursionError) as error:
            raise Unauthenticated(_reason(error)) from error
        owner = Owner(OwnerType.ORG, claims.org) if claims.org else Owner(OwnerType.COACH, claims.sub)
        entitled = ENTITLEMENT in _words(claims.plan) or ENTITLEMENT in _words(claims.roles)
        coach = Coach(user_id=claims.sub, owner=owner, entitled=entitled)
        # PyJWT cuts the expiry to whole seconds.
        return coach, int(claims.exp) + LEEWAY_SECONDS

    async def _decode(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if not isinstance(algorithm, str):
            raise jwt.InvalidAlgorithmError
        for key in await self._keys(algorithm, header.get("kid")):
            with suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    token,
                    key,
                    algorithms=[algorithm],
                    audience=self._settings.audience,
                    issuer=self._settings.issuer,
                    leeway=LEEWAY_SECONDS,
                    options={"require": ["exp", "sub", "aud", "iss"]},
                )
        raise jwt.InvalidSignatureError

    async def _keys(self, algorithm: str, kid: str | None) -> list[Any]:
        if algorithm == "HS256" and self._secrets:
            return self._secrets
        if algorithm in {"RS256", "ES256"} and self._issuer_keys is not None:
            try:
                return await self._issuer_keys.find(kid, algorithm)
            except KeysUnavailable as error:
                raise IssuerUnavailable from error
        raise jwt.InvalidAlgorithmError


def _words(value: str | list[str] | None) -> list[str]:
    return value.split() if isinstance(value, str) else value or []


_REASONS: Final[dict[type[Exception], str]] = {
    jwt.ExpiredSignatureError: "The token has expired",
    jwt.ImmatureSignatureError: "The token is not valid yet",
    jwt.InvalidAudienceError: "The token is for another audience",
    jwt.InvalidIssuerError: "The token is from another issuer",
    jwt.InvalidSignatureError: "The signature does not match",
    jwt.InvalidAlgorithmError: "The algorithm is not accepted",
    msgspec.ValidationError: "A claim has the wrong form",
    UnicodeEncodeError: "A claim has the wrong form",
}


def _reason(error: Exception) -> str:
    if isinstance(error, jwt.MissingRequiredClaimError):
        # One of those that we require.
        return f"The claim {error.claim} is missing"
    return next((text for kind, text in _REASONS.items() if isinstance(error, kind)), "The token is malformed")


class TokenAuthentication(AbstractAuthenticationMiddleware):
    """Verifies by the ``token_verifier`` in the application's state."""

    def __init__(self, app: ASGIApp) -> None:
        # OPTIONS too: the framework would let it through to guards that need a caller.
        super().__init__(app, exclude_http_methods=[])

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        sent = connection.headers.getall("authorization", [])
        if len(sent) > 1:
            raise Unauthenticated("More than one Authorization header was sent")
        scheme, _, token = "".join(sent).partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated
        verifier: TokenVerifier = connection.app.state["token_verifier"]
        coach = await verifier.verify(token.strip())
        structlog.contextvars.bind_contextvars(user_id=coach.user_id)
        return AuthenticationResult(user=coach, auth=None)


# A guard that is no coroutine would run in a thread, which costs more than the rest of the request.
async def requires_coach_pro_plus(connection: ASGIConnection[Any, Coach, Any, Any], _: BaseRouteHandler) -> None:
    if not connection.user.entitled:
        raise NotEntitled
