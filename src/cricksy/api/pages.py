"""Pages of lists. A cursor is the key of the last item shown and a digest of the list that it belongs to.

It is opaque and not secret. It grants nothing: every page is read with the owner in its WHERE.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

import msgspec
from litestar.params import QueryParameter

from cricksy.api.problems import FieldError, Invalid

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="Most items on the page, 1–100.")]
Cursor = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=512,
        description="`next_cursor` of the page before, with the same filters. Default: the first page.",
    ),
]
Item = TypeVar("Item")
Key = TypeVar("Key")

_DIGEST: Final = 8


class PageRequest(msgspec.Struct, frozen=True):
    """Which page a client asks for.

    The ``scope`` of a list is its kind, its owner and its filters: whatever a cursor must not be used across.
    """

    limit: int
    cursor: str | None

    def after(self, scope: object, key: Callable[[str], Key]) -> Key | None:
        """The key behind which the page begins; ``None`` for the first. Raises :class:`Invalid` for a bad cursor."""
        if self.cursor is None:
            return None
        try:
            text = urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4))[_DIGEST:].decode()
            found = key(text)
        except ValueError as error:
            raise _invalid() from error
        # Also refuses another text for the same bytes.
        if _cursor(scope, text) != self.cursor:
            raise _invalid()
        return found

    def cut(self, scope: object, found: Sequence[Item], key: Callable[[Item], object]) -> tuple[list[Item], str | None]:
        """The page and the next cursor, from one item more than the page may have."""
        items = list(found[: self.limit])
        return items, _cursor(scope, str(key(items[-1]))) if len(found) > self.limit else None


async def provide_page(limit: Limit = 20, cursor: Cursor = None) -> PageRequest:
    return PageRequest(limit, cursor)


def _cursor(scope: object, key: str) -> str:
    digest = hashlib.blake2b(msgspec.json.encode(scope), digest_size=_DIGEST).digest()
    return urlsafe_b64encode(digest + key.encode()).decode().rstrip("=")


def _invalid() -> Invalid:
    return Invalid(errors=[FieldError("cursor", "must be the next_cursor of this list with the same filters")])
