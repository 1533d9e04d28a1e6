"""``/sessions``: what a coach films, and for whom."""

from litestar import Controller, Request, Response, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from cricksy.api.bodies import (
    CreateSession,
    PlayerFilter,
    SessionId,
    SessionPage,
    SessionStatusFilter,
    SessionView,
    UpdateSession,
)
from cricksy.api.conditions import etag_of, known_form, require_match, validators
from cricksy.api.idempotency import IDEMPOTENT, once
from cricksy.api.openapi import (
    CoachOperation,
    CreatingVersionedOperation,
    VersionedOperation,
    coach_body_problems,
    coach_problems,
    creating_problems,
)
from cricksy.api.pages import PageRequest, provide_page
from cricksy.api.problems import Invalid, NotFound, PreconditionFailed
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.api.validation import read_uuid
from cricksy.data.session_list import SessionFilter, list_sessions
from cricksy.data.sessions import create_session, read_session, update_session


class Sessions(Controller):
    path = "/sessions"
    tags = ("Sessions",)
    dependencies = {"page": Provide(provide_page)}  # noqa: RUF012 - the form is the framework's

    @post(
        middleware=[IDEMPOTENT],
        operation_class=CreatingVersionedOperation,
        operation_id="createSession",
        summary="Create a session",
        description="Creates a session. Videos are uploaded to a session, and its status follows its newest job.",
        response_description="The new session.",
        responses=creating_problems(NotFound),
    )
    async def create(
        self, request: Request[Coach, None, State], data: JSONBody[CreateSession], services: NamedDependency[Services]
    ) -> Response[SessionView]:
        database, owner = services.database, request.user.owner
        session = await once(
            request,
            find=lambda session_id: read_session(database, owner, session_id),
            make=lambda session_id: create_session(database, owner, data.to_new_session(), session_id),
        )
        location = f"{request.scope['path']}/{session.session_id}"
        return Response(session, headers={"Location": location, **validators(etag_of(session))})

    @get(
        operation_class=CoachOperation,
        operation_id="listSessions",
        summary="List the sessions",
        description=(
            "Returns your sessions, newest first, each with its newest job. Pass `next_cursor` as `cursor` to get the "
            "next page; it is null on the last one. A session that is created meanwhile moves no other one."
        ),
        response_description="A page of sessions.",
        responses=coach_problems(Invalid),
    )
    async def list(
        self,
        request: Request[Coach, None, State],
        services: NamedDependency[Services],
        page: NamedDependency[PageRequest],
        player_id: PlayerFilter = None,
        status: SessionStatusFilter = None,
    ) -> SessionPage:
        owner = request.user.owner
        which = SessionFilter(player_id=player_id, status=status)
        scope = ("sessions", owner, which)
        before = page.after(scope, read_uuid)
        found = await list_sessions(services.database, owner, which, before=before, limit=page.limit + 1)
        items, next_cursor = page.cut(scope, found, lambda session: session.session_id)
        return SessionPage(items=items, next_cursor=next_cursor)

    @get(
        "/{session_id:uuid}",
        operation_class=VersionedOperation,
        operation_id="getSession",
        summary="Read a session",
        description="Returns the session with its status, which follows its newest job.",
        responses={
            200: ResponseSpec(SessionView, description="The session.", generate_examples=False),
            304: ResponseSpec(None, description="You have the current version.", generate_examples=False),
            **coach_problems(NotFound),
        },
    )
    async def read(
        self, request: Request[Coach, None, State], session_id: SessionId, services: NamedDependency[Services]
    ) -> Response[SessionView | None]:
        session = await read_session(services.database, request.user.owner, session_id)
        if session is None:
            raise NotFound
        etag = etag_of(session)
        if known_form(request, etag):
            return Response(None, status_code=304, headers=validators(etag))
        return Response(session, headers=validators(etag))

    @patch(
        "/{session_id:uuid}",
        operation_class=VersionedOperation,
        operation_id="updateSession",
        summary="Change a session",
        description=(
            "Changes the fields that the body names and returns the session. Null clears a field that may be absent. "
            "An analysis reads the session when it starts, so a change does not touch results that exist. "
            "Changing `player_ids` also changes whose clips these are: they follow the one player of a session when it "
            "is renamed, those of a session without players go to the one that it is given, and a clip whose player is "
            "taken out counts for nobody."
        ),
        responses={
            200: ResponseSpec(SessionView, description="The session as it is now.", generate_examples=False),
            **coach_body_problems(NotFound, PreconditionFailed),
        },
    )
    async def update(
        self,
        request: Request[Coach, None, State],
        session_id: SessionId,
        data: JSONBody[UpdateSession],
        services: NamedDependency[Services],
    ) -> Response[SessionView]:
        def check(current: SessionView) -> None:
            require_match(request, etag_of(current))

        session = await update_session(services.database, request.user.owner, session_id, data.changes(), check)
        if session is None:
            raise NotFound
        return Response(session, headers=validators(etag_of(session)))
