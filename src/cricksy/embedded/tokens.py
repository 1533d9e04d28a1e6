"""JSON Web Tokens of a local stack."""

import time

import jwt

from cricksy.settings import TokenSettings

LIFETIME_SECONDS = 30 * 24 * 3600


def embedded_settings(secret: str) -> TokenSettings:
    """What the API of an embedded stack requires of a token."""
    return TokenSettings(secret=secret, audience="cricksy-coach-plus", issuer="cricksy-embedded")


def make_token(settings: TokenSettings, *, sub: str, org: str | None = None, plan: str = "coach_pro_plus") -> str:
    """A token of the coach ``sub``, valid for 30 days."""
    now = int(time.time())
    claims: dict[str, str | int] = {
        "sub": sub,
        "plan": plan,
        "aud": settings.audience,
        "iss": settings.issuer,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    if org is not None:
        claims["org"] = org
    return jwt.encode(claims, settings.secret, algorithm="HS256")
