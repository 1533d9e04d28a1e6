"""W3C Trace Context, version 00: the id that leads from a request through the message to the worker and the row."""

import re
import secrets

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id_of(traceparent: str | None) -> str | None:
    """The trace id (32 hex digits) of a ``traceparent`` header, or ``None`` where it is absent or malformed."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    return match.group(1) if match else None


def new_trace_id() -> str:
    return secrets.token_hex(16)


def traceparent_of(trace_id: str) -> str:
    """A ``traceparent`` that continues the trace with a new span of ours, not sampled."""
    return f"00-{trace_id}-{secrets.token_hex(8)}-00"
