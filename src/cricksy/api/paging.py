"""Pages of a list, by keyset: a cursor stands for the id of the last item of its page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final
from uuid import UUID

from litestar.params import QueryParameter

from cricksy.api.problems import FieldError, Invalid

DEFAULT_LIMIT: Final = 20

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="Items on a page, 1–100.")]
Cursor = Annotated[
    str | None,
    QueryParameter(
        description="`next_cursor` of the page before. The first page if absent. Keep the other parameters."
    ),
]


def cursor_after(last: UUID) -> str:
    """The cursor of the page that follows the item ``last``."""
    return urlsafe_b64encode(last.bytes).decode().rstrip("=")


def position(cursor: str | None) -> UUID | None:
    """The id of the item before the page; ``None`` for the first page. Raises :class:`Invalid`."""
    if cursor is None:
        return None
    try:
        last = UUID(bytes=urlsafe_b64decode(cursor + "=="))
    except ValueError as error:
        raise _unknown() from error
    if cursor_after(last) != cursor:
        raise _unknown()
    return last


def _unknown() -> Invalid:
    return Invalid(errors=[FieldError("cursor", "Send the next_cursor of an earlier page, unchanged.")])
