"""JSON Web Tokens of an embedded stack."""

import time

import jwt

AUDIENCE = "cricksy-coach-plus"
ISSUER = "cricksy-embedded"
LIFETIME_SECONDS = 30 * 24 * 3600


def make_token(secret: str, *, sub: str, org: str | None = None, plan: str = "coach_pro_plus") -> str:
    """A token of the coach ``sub``, good for thirty days."""
    now = int(time.time())
    claims: dict[str, str | int] = {
        "sub": sub,
        "plan": plan,
        "aud": AUDIENCE,
        "iss": ISSUER,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    if org is not None:
        claims["org"] = org
    return jwt.encode(claims, secret, algorithm="HS256")
