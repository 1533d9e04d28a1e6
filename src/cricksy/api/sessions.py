"""``/sessions``: what a coach films, and for whom."""

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from cricksy.api.bodies import CreateSession, SessionId, SessionView
from cricksy.api.idempotency import IDEMPOTENT, once
from cricksy.api.openapi import CoachOperation, CreatingOperation, coach_problems, creating_problems
from cricksy.api.problems import NotFound
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.sessions import create_session, read_session


class Sessions(Controller):
    path = "/sessions"
    tags = ("Sessions",)

    @post(
        middleware=[IDEMPOTENT],
        operation_class=CreatingOperation,
        operation_id="createSession",
        summary="Create a session",
        description="Creates a session. Videos are uploaded to a session, and its status follows its newest job.",
        response_description="The new session.",
        responses=creating_problems(),
    )
    async def create(
        self, request: Request[Coach, None, State], data: JSONBody[CreateSession], services: NamedDependency[Services]
    ) -> SessionView:
        database, owner = services.database, request.user.owner
        return await once(
            request,
            find=lambda session_id: read_session(database, owner, session_id),
            make=lambda session_id: create_session(database, owner, data.to_new_session(), session_id),
        )

    @get(
        "/{session_id:uuid}",
        operation_class=CoachOperation,
        operation_id="getSession",
        summary="Read a session",
        description="Returns the session with its status, which follows its newest job.",
        response_description="The session.",
        responses=coach_problems(NotFound),
    )
    async def read(
        self, request: Request[Coach, None, State], session_id: SessionId, services: NamedDependency[Services]
    ) -> SessionView:
        session = await read_session(services.database, request.user.owner, session_id)
        if session is None:
            raise NotFound
        return session
