"""HTTP/1.1 of one connection, for uvicorn: what does not arrive in time or cannot be read ends here."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final, cast

import structlog
from uuid_utils.compat import uuid7
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from cricksy.api.problem_responses import encoded
from cricksy.api.problems import ApiProblem, Invalid, RequestTimeout

log = structlog.stdlib.get_logger()

_REASONS: Final = {400: b"Bad Request", 408: b"Request Timeout", 431: b"Request Header Fields Too Large"}
_MAX_HEAD_BYTES: Final = 65_536
_MAX_BODY_BYTES: Final = 2_000_000
"""Twice the limit of a body, so that a client can read that it is too large."""
_MALFORMED: Final = "The server cannot read this as an HTTP/1.1 request."
_AGAIN_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client may take to send a request, in seconds."""

    head: float = 10
    """From the first byte, or from the connection, to the end of the headers."""
    body: float = 30
    """From the end of the headers to the end of the body."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a limit on the time that a head and a body may take.

    uvicorn limits only the time between two requests: half a head would hold a connection for ever.
    """

    def __init__(self, *arguments: Any, patience: Patience, **named: Any) -> None:  # noqa: ANN401 - as uvicorn's
        super().__init__(*arguments, **named)
        self._patience = patience
        self._timer: asyncio.TimerHandle | None = None
        self._in_body = False
        self._has_begun = False
        # Heads and bodies so far, and the bytes of the current one.
        self._part = 0
        self._received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn's
        super().connection_made(transport)
        self._wait(self._patience.head, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._timer is None and not self._in_body:
            self._wait(self._patience.head, self._head_is_late)
        part = self._part
        super().data_received(data)
        if part == self._part:
            self._received += len(data)
            self._limit_size()

    def _limit_size(self) -> None:
        """End a head or a body that grows without end: Litestar can refuse a body, but not stop it."""
        if self.transport.is_closing() or self._received <= (_MAX_BODY_BYTES if self._in_body else _MAX_HEAD_BYTES):
            return
        self._stop_waiting()
        if self._in_body or self._answering():
            self.transport.close()
        else:
            self._refuse(Invalid(f"The head of a request is limited to {_MAX_HEAD_BYTES} bytes."), 431)

    def _next_part(self) -> None:
        self._part += 1
        self._received = 0

    def on_message_begin(self) -> None:
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_body = True
        self._next_part()
        self._wait(self._patience.body, self._body_is_late)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._next_part()
        self._stop_waiting()
        super().on_message_complete()

    def _wait(self, seconds: float, late: Any) -> None:  # noqa: ANN401 - a callback
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _answering(self) -> bool:
        # Before the first request there is none, whatever its type says.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _head_is_late(self) -> None:
        self._timer = None
        if self._answering():
            # The next request came before this one's answer, which goes first.
            self._wait(_AGAIN_SECONDS, self._head_is_late)
        elif self.transport.is_closing():
            return
        elif not self._has_begun:
            # Not a byte of a request: there is nothing to answer.
            self.transport.close()
        else:
            self._refuse(RequestTimeout(), 408)

    def _body_is_late(self) -> None:
        self._timer = None
        if self._answering():
            # The application waits for the body itself, and answers 408.
            self._wait(_AGAIN_SECONDS, self._body_is_late)
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words are not ours
        self._stop_waiting()
        if not self._answering():
            self._refuse(Invalid(_MALFORMED), 400)
        elif self._in_body and not self.cycle.response_started and not self.pipeline:
            # The body of the request that is being served: the handler finds the client gone.
            self._refuse(Invalid(_MALFORMED), 400)
        elif self._in_body:
            self.transport.close()
        else:
            # An answer to an earlier request is under way. It goes out, then the connection ends.
            self.flow.pause_reading()
            self.cycle.keep_alive = False

    def _unsupported_upgrade_warning(self) -> None:
        # RFC 9110 §7.8: an upgrade may be ignored. What follows is not ours to read.
        self.cycle.keep_alive = False

    def _refuse(self, problem: ApiProblem, status: int) -> None:
        """Answer without the application, and close."""
        request_id = uuid7()
        body = encoded(problem, request_id, status)
        headers = {
            "content-type": "application/problem+json",
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "x-request-id": str(request_id),
            "connection": "close",
        }
        lines = [b"HTTP/1.1 %d %s" % (status, _REASONS[status])]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in headers.items()]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.close()
        log.info("http_request", request_id=str(request_id), method=None, route="unreadable", status=status)
