"""The public keys of a token's issuer, fetched from its JWKS URL (RFC 7517) and kept fresh in the background."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Literal

import httpx
import jwt
import msgspec
import structlog

Algorithm = Literal["RS256", "ES256"]

REFRESH_SECONDS: Final = 300.0
COOLDOWN_SECONDS: Final = 30.0
"""Least time between two requests to the issuer, whatever tokens arrive."""
MAX_AGE_SECONDS: Final = 24 * 3600.0
"""So long the keys last fetched are used while the issuer is away."""
_FETCH_SECONDS: Final = 3.0
_MAX_BYTES: Final = 256_000
_MIN_RSA_BITS: Final = 2048

log = structlog.stdlib.get_logger()


class KeysUnavailable(Exception):  # noqa: N818 - a state of the issuer
    """No keys were ever fetched, or the last ones are too old to trust."""


class _Key(msgspec.Struct, frozen=True):
    kid: str | None
    algorithm: Algorithm
    public_key: Any


class _Document(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]] = msgspec.field(default_factory=list[dict[str, Any]])


class IssuerKeys:
    """Finds keys by id. :meth:`kept_fresh` surrounds its use."""

    def __init__(
        self,
        url: str,
        *,
        refresh_seconds: float = REFRESH_SECONDS,
        cooldown_seconds: float = COOLDOWN_SECONDS,
        max_age_seconds: float = MAX_AGE_SECONDS,
    ) -> None:
        self._url = url
        self._refresh_seconds = refresh_seconds
        self._cooldown_seconds = cooldown_seconds
        self.max_age_seconds = max_age_seconds
        self._client: httpx.AsyncClient
        self._keys: list[_Key] = []
        self._generation = 0
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncGenerator[None]:
        """Fetch the keys now and again and again until the block ends, whether the issuer answers or not."""
        # One client: a new one reads all certificates of the machine.
        async with httpx.AsyncClient(follow_redirects=False) as self._client:
            await self._fetch_unless_just_asked()
            refreshing = asyncio.create_task(self._refresh())
            try:
                yield
            finally:
                refreshing.cancel()
                with suppress(asyncio.CancelledError):
                    await refreshing

    async def find(self, kid: str | None, algorithm: str) -> list[Any]:
        """The public keys that may have signed a token with this header; all of the algorithm if it names none.

        An unknown ``kid`` asks the issuer again, which may have a new key. Raises :class:`KeysUnavailable`.
        """
        found = self.known(kid, algorithm)
        if not found or not self._is_fresh():
            await self._fetch_unless_just_asked()
            found = self.known(kid, algorithm)
        if not self._is_fresh():
            raise KeysUnavailable
        return found

    def known(self, kid: str | None, algorithm: str) -> list[Any]:
        """What :meth:`find` returns without asking the issuer, however old it is."""
        return [
            key.public_key
            for key in self._keys
            if key.algorithm == algorithm and (kid is None or key.kid is None or key.kid == kid)
        ]

    @property
    def generation(self) -> int | None:
        """Changes with each set of keys that the issuer answers; ``None`` where none may be used."""
        return self._generation if self._is_fresh() else None

    def _is_fresh(self) -> bool:
        return self._fetched_at is not None and _now() - self._fetched_at < self.max_age_seconds

    async def _refresh(self) -> None:
        while True:
            # Jittered, so that many processes do not ask at the same time.
            pause = self._refresh_seconds if self._is_up_to_date() else self._cooldown_seconds
            await asyncio.sleep(pause * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
            await self._fetch_unless_just_asked()

    def _is_up_to_date(self) -> bool:
        return self._fetched_at is not None and self._fetched_at == self._asked_at

    async def _fetch_unless_just_asked(self) -> None:
        """Wait for the issuer's answer, one call for all who wait. Never raises: what is known stays."""
        fetching = self._fetching
        if fetching is None or fetching.done():
            if self._asked_at is not None and _now() - self._asked_at < self._cooldown_seconds:
                return
            self._asked_at = _now()
            fetching = self._fetching = asyncio.create_task(self._fetch(self._asked_at))
        # A caller that is cancelled leaves the others their answer.
        await asyncio.shield(fetching)

    async def _fetch(self, asked_at: float) -> None:
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                keys = _usable(await self._read())
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            msgspec.DecodeError,
            RecursionError,
            ValueError,
            TimeoutError,
        ) as error:
            log.warning("issuer_keys_not_fetched", url=self._url, error=str(error) or type(error).__name__)
            return
        if [key.kid for key in keys] != [key.kid for key in self._keys]:
            log.info("issuer_keys_fetched", url=self._url, kids=[key.kid for key in keys])
        self._keys, self._fetched_at = keys, asked_at
        self._generation += 1

    async def _read(self) -> bytes:
        body = bytearray()
        async with self._client.stream("GET", self._url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise ValueError(f"more than {_MAX_BYTES} bytes")
        return bytes(body)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _usable(document: bytes) -> list[_Key]:
    """The keys that verify signatures by an algorithm of ours. Raises :class:`ValueError` if there are none."""
    read = msgspec.json.decode(document, type=_Document)
    keys = [key for key in map(_usable_key, read.keys) if key is not None]
    if not keys:
        raise ValueError("no usable key")
    return keys


def _usable_key(described: dict[str, Any]) -> _Key | None:
    kid = described.get("kid")
    algorithm = _algorithm_of(described)
    if algorithm is None or not (kid is None or isinstance(kid, str)):
        return None
    public = {name: value for name, value in described.items() if name in {"kty", "crv", "n", "e", "x", "y"}}
    try:
        key = jwt.PyJWK(public, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if algorithm == "RS256" and key.key_size < _MIN_RSA_BITS:
        return None
    return _Key(kid, algorithm, key)


def _algorithm_of(described: dict[str, Any]) -> Algorithm | None:
    """The one algorithm that this key may be used with, by its type and by what it says of itself."""
    algorithm: Algorithm
    match described.get("kty"), described.get("crv"):
        case "RSA", _:
            algorithm = "RS256"
        case "EC", "P-256":
            algorithm = "ES256"
        case _:
            return None
    operations = described.get("key_ops", ["verify"])
    is_for_us = (
        described.get("use", "sig") == "sig"
        and described.get("alg", algorithm) == algorithm
        and isinstance(operations, list)
        and "verify" in operations
    )
    return algorithm if is_for_us else None
