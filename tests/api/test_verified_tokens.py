"""A verified token is remembered, and never longer than it and its key are good."""

import time
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.support.api import AUDIENCE, ISSUER, SECRET, make_token

from cricksy.api.keys import IssuerKeys, KeysUnavailable
from cricksy.api.problems import IssuerUnavailable, Unauthenticated
from cricksy.api.tokens import KEPT_SECONDS, LEEWAY_SECONDS, TokenVerifier
from cricksy.settings import TokenSettings


class Verified:
    """A verifier, a clock that the test moves, and the number of signatures that were checked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, keys: IssuerKeys | None = None) -> None:
        self.now = time.time()
        self.checked = 0
        settings = TokenSettings(secret=SECRET, audience=AUDIENCE, issuer=ISSUER)
        self._verifier = TokenVerifier(settings, keys, lambda: self.now)
        decode = jwt.decode

        def counted(*arguments: Any, **named: Any) -> Any:
            self.checked += 1
            return decode(*arguments, **named)

        monkeypatch.setattr(jwt, "decode", counted)

    async def checks(self, token: str) -> int:
        """How many signatures it takes to verify the token now."""
        before = self.checked
        await self._verifier.verify(token)
        return self.checked - before


async def test_a_token_is_verified_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    verified, token, other = Verified(monkeypatch), make_token("ann"), make_token("bob")
    begun = verified.now
    assert [await verified.checks(sent) for sent in (token, token, other, token)] == [1, 0, 1, 0]
    for seconds, checks in ((KEPT_SECONDS - 1, 0), (KEPT_SECONDS, 1), (KEPT_SECONDS + 1, 0)):
        verified.now = begun + seconds
        assert await verified.checks(token) == checks, seconds
    # The clock was put back: the times of the token must be compared once more.
    verified.now = begun - 1
    assert await verified.checks(token) == 1


async def test_a_token_is_not_remembered_beyond_its_expiry(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = Verified(monkeypatch)
    expiry = int(verified.now) + 10 - LEEWAY_SECONDS
    token = make_token(changes={"exp": expiry})
    assert await verified.checks(token) == 1
    verified.now = expiry + LEEWAY_SECONDS - 0.001
    assert await verified.checks(token) == 0
    verified.now = expiry + LEEWAY_SECONDS
    assert await verified.checks(token) == 1


async def test_one_changed_byte_is_another_token(monkeypatch: pytest.MonkeyPatch) -> None:
    verified, token = Verified(monkeypatch), make_token()
    await verified.checks(token)
    for forged in (token[:-2], token + "x", token.replace(".", "..", 1)):
        with pytest.raises(Unauthenticated):
            await verified.checks(forged)


class Keys:
    """The issuer's keys, as a test changes them."""

    def __init__(self, *keys: object) -> None:
        self.generation: int | None = 1
        self.keys = list(keys)

    async def find(self, _kid: str | None, _algorithm: str) -> list[object]:
        if self.generation is None:
            raise KeysUnavailable
        return self.keys


async def test_a_token_is_forgotten_with_the_keys_of_its_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    keys = Keys(key.public_key())
    verified = Verified(monkeypatch, cast("IssuerKeys", keys))
    claims = {"sub": "ann", "aud": AUDIENCE, "iss": ISSUER, "exp": int(verified.now) + 3600}
    token = jwt.encode(claims, key, "ES256")
    assert [await verified.checks(token) for _ in range(2)] == [1, 0]
    keys.generation = 2
    assert [await verified.checks(token) for _ in range(2)] == [1, 0]
    # Too old to trust.
    keys.generation = None
    with pytest.raises(IssuerUnavailable):
        await verified.checks(token)
    # The issuer withdrew the key.
    keys.generation, keys.keys = 3, []
    with pytest.raises(Unauthenticated):
        await verified.checks(token)
