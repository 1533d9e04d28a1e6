"""How a call says that it is to go."""

from datetime import datetime
from email.utils import format_datetime
from typing import TypedDict

from litestar.datastructures import ResponseHeader


class Deprecated(TypedDict):
    """Arguments of a route's decorator."""

    deprecated: bool
    response_headers: list[ResponseHeader]


def deprecated(since: datetime, until: datetime) -> Deprecated:
    """Mark a route in the document, and its answers with ``Deprecation`` (RFC 9745) and ``Sunset`` (RFC 8594).

    Both moments are in UTC. From ``until`` on the call may be gone.
    """
    return Deprecated(
        deprecated=True,
        response_headers=[
            ResponseHeader(
                name="Deprecation", value=f"@{since.timestamp():.0f}", description="Since when the call is deprecated."
            ),
            ResponseHeader(
                name="Sunset",
                value=format_datetime(until, usegmt=True),
                description="From when the call may be gone.",
            ),
        ],
    )
