"""Limits the rate of an owner's requests: one token bucket per owner, in the memory of this process.

Several processes do not share their buckets, so a client that reaches all of them gets as many times the rate.
"""

import math
import time
from collections.abc import Callable
from typing import Final

import msgspec
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from cricksy.api.context import add_response_header
from cricksy.api.problems import RateLimited
from cricksy.data.sessions import Owner

WINDOW_SECONDS: Final = 60
"""An empty bucket is full again after this time."""


# Docstrings of fields are their descriptions in the OpenAPI document.
class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """The rate limit of the caller's requests."""

    limit: int
    """Requests that may come at once; as many are added evenly in each minute."""
    remaining: int
    """Requests that may still come at once, this one counted."""
    resets_in: int
    """Seconds until `remaining` is `limit` again, if no request comes."""


class _Bucket(msgspec.Struct):
    tokens: float
    at: float


class RateLimiter:
    """Counts requests; ``clock`` gives seconds that never go back."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._per_second = per_minute / WINDOW_SECONDS
        self._clock = clock
        # The one that was used last is the last.
        self._buckets: dict[Owner, _Bucket] = {}

    def take(self, owner: Owner) -> tuple[Allowance, int]:
        """What the owner has left after this request, and the seconds that the request must wait: 0, or it may pass."""
        now = self._clock()
        bucket = self._buckets.pop(owner, None) or _Bucket(self._per_minute, now)
        tokens = min(self._per_minute, bucket.tokens + (now - bucket.at) * self._per_second)
        wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / self._per_second)
        bucket.tokens, bucket.at = tokens if wait else tokens - 1, now
        self._drop_full(now)
        self._buckets[owner] = bucket
        missing = self._per_minute - bucket.tokens
        allowance = Allowance(
            limit=self._per_minute,
            remaining=math.floor(bucket.tokens),
            resets_in=math.ceil(missing / self._per_second),
        )
        return allowance, wait

    def __len__(self) -> int:
        return len(self._buckets)

    def _drop_full(self, now: float) -> None:
        """Forget the buckets that nobody has used for a minute: they are full, as a new one is."""
        while self._buckets:
            owner, oldest = next(iter(self._buckets.items()))
            if now - oldest.at < WINDOW_SECONDS:
                return
            del self._buckets[owner]


class RateLimit(ASGIMiddleware):
    """Refuses what comes too fast. Needs the caller, so it comes after the authentication."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        allowance, wait = self._limiter.take(scope["user"].owner)
        scope["state"]["allowance"] = allowance
        add_response_header(scope, "RateLimit-Limit", str(allowance.limit))
        add_response_header(scope, "RateLimit-Remaining", str(allowance.remaining))
        add_response_header(scope, "RateLimit-Reset", str(allowance.resets_in))
        if wait:
            raise RateLimited(headers={"Retry-After": str(wait)})
        await next_app(scope, receive, send)


def rate_limit(per_minute: int) -> list[RateLimit]:
    """The middleware for this rate; none for 0."""
    return [RateLimit(RateLimiter(per_minute))] if per_minute else []


def allowance_of(scope: Scope) -> Allowance | None:
    """What the caller has left; ``None`` where no limit is set."""
    return scope["state"].get("allowance")
