"""``Idempotency-Key``: a request that creates something may be sent again, and creates it once.

A handler opts in with ``middleware=[IDEMPOTENT]`` and creates by :func:`once`. The semantics are those of
draft-ietf-httpapi-idempotency-key-header, with these choices:

* A key belongs to the owner, for 24 hours from its first request. Method, path and body must be the same to the byte.
* Only an answer that created something is kept. One that refused leaves the key free, for the corrected request too.
  One of a server that failed leaves it to the same request, which then finds what the first had made.
* A stored answer is given again as it was, with ``Idempotent-Replayed: true``. One that holds a credential is not
  stored (``IDEMPOTENT_CREDENTIAL``), nor one whose subject was deleted: then the handler runs again, finds what was
  made and answers anew, or 404.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from uuid import UUID

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from cricksy.api.context import add_response_header
from cricksy.api.problems import Conflict, FieldError, Invalid, NotFound
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.idempotency import (
    Answer,
    Answered,
    KeyedRequest,
    Refusal,
    Reservation,
    record_answer,
    release,
    reserve,
)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_IN_FLIGHT_SECONDS: Final = 1
_SUCCESSES: Final = range(200, 300)
_SERVER_ERRORS: Final = range(500, 600)
_Made = TypeVar("_Made")
log = structlog.stdlib.get_logger()


class _Idempotent(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self, *, keeps_answer: bool) -> None:
        self._keeps_answer = keeps_answer

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request = Request[Any, Any, Any](scope, receive, send)
        keys = request.headers.getall(HEADER, [])
        # A caller who may not create anything takes no key.
        if not keys or not request.user.entitled:
            await next_app(scope, receive, send)
            return
        keyed = KeyedRequest(request.user.owner, _checked(keys), await _fingerprint(request))
        database: Database = request.app.state.services.database
        outcome = await reserve(database, keyed)
        if isinstance(outcome, Refusal):
            raise _problem(outcome)
        scope["state"]["made_under_key"] = outcome
        if isinstance(outcome, Answered):
            add_response_header(scope, REPLAYED, "true")
            await (next_app(scope, receive, send) if outcome.answer is None else _replay(outcome.answer, send))
            return
        # The client gets no answer before it is stored: one that gets none may repeat the request at once.
        messages: list[Message] = []
        await next_app(scope, receive, _hold_in(messages))
        await self._record(database, keyed, outcome, _answer_of(messages))
        for message in messages:
            await send(message)

    async def _record(self, database: Database, keyed: KeyedRequest, reservation: Reservation, answer: Answer) -> None:
        try:
            if answer.status in _SUCCESSES:
                stored = answer if self._keeps_answer else None
                await record_answer(database, keyed, reservation, answer.status, stored)
            else:
                made_nothing = reservation.is_first and answer.status not in _SERVER_ERRORS
                await release(database, keyed, reservation, forget=made_nothing)
        except TransientDatabaseError:
            # The lock runs out by itself; a repeat then finds what this request has made.
            log.warning("idempotency_key_not_recorded", exc_info=True)


IDEMPOTENT: Final = _Idempotent(keeps_answer=True)
IDEMPOTENT_CREDENTIAL: Final = _Idempotent(keeps_answer=False)


async def once(
    request: Request[Any, Any, Any],
    find: Callable[[UUID], Awaitable[_Made | None]],
    make: Callable[[UUID], Awaitable[_Made]],
) -> _Made:
    """What ``make`` makes under the id it is given; for a repeated request, what ``find`` finds of the first.

    Raises :class:`NotFound` where it was made and has been deleted since.
    """
    before: Reservation | Answered | None = request.scope["state"].get("made_under_key")
    if before is None:
        return await make(uuid7())
    is_first = isinstance(before, Reservation) and before.is_first
    found = None if is_first else await find(before.resource_id)
    if found is not None:
        return found
    if isinstance(before, Answered):
        raise NotFound
    return await make(before.resource_id)


def _checked(keys: list[str]) -> str:
    if len(keys) > 1:
        raise Invalid(errors=[FieldError(HEADER, "Send one key.")])
    if not _KEY.fullmatch(keys[0]):
        raise Invalid(errors=[FieldError(HEADER, "Send 1 to 255 visible ASCII characters, without spaces.")])
    return keys[0]


async def _fingerprint(request: Request[Any, Any, Any]) -> bytes:
    head = f"{request.method} {request.url.path}\n".encode()
    return hashlib.sha256(head + await request.body()).digest()


def _problem(refusal: Refusal) -> Invalid | Conflict:
    if refusal is Refusal.OTHER_REQUEST:
        return Invalid(errors=[FieldError(HEADER, "Another request was sent with this key. Send a new key.")])
    detail = "The first request with this Idempotency-Key is still running. Repeat the call in a moment."
    return Conflict(detail, headers={"Retry-After": str(_IN_FLIGHT_SECONDS)})


def _hold_in(messages: list[Message]) -> Send:
    async def hold(message: Message) -> None:
        messages.append(message)

    return hold


def _answer_of(messages: list[Message]) -> Answer:
    status, headers, body = 500, list[tuple[str, str]](), b""
    for message in messages:
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            body += message["body"]
    return Answer(status, headers, body)


async def _replay(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
