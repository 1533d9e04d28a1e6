"""Headers that every answer carries, whatever made it."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Final

Headers = Iterable[tuple[bytes, bytes]]

_YEAR_SECONDS: Final = 31_536_000
_HSTS: Final = (b"strict-transport-security", f"max-age={_YEAR_SECONDS}".encode())
_INLINE_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

_PAGE: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(**changes: str) -> str:
    """The policy of a page that loads from our own host alone; ``changes`` by directive, ``_`` for its hyphen."""
    directives = _PAGE | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def hashes_of_scripts(page: bytes) -> str:
    """The sources that allow the inline scripts of ``page`` and no other."""
    digests = (hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page))
    return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)


_OF_PAGES: Final = {
    b"content-security-policy": content_security_policy().encode(),
    b"referrer-policy": b"no-referrer",
}


class SecurityHeaders:
    """``over_tls``: the client reached us, or the proxy before us, by HTTPS."""

    def __init__(self, *, over_tls: bool) -> None:
        self._over_tls = over_tls

    def completed(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """``headers`` and what they lack. An answer that does not say how long it may be kept may not be."""
        given = [(name.lower(), value) for name, value in headers]
        names = dict(given)
        given.append((b"x-content-type-options", b"nosniff"))
        if b"cache-control" not in names:
            given.append((b"cache-control", b"no-store"))
        if names.get(b"content-type", b"").startswith(b"text/html"):
            given += [(name, value) for name, value in _OF_PAGES.items() if name not in names]
        if self._over_tls:
            given.append(_HSTS)
        return given
