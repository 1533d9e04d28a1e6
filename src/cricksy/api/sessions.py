"""``/sessions``: what a coach films, and for whom."""

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from cricksy.api.bodies import CreateSession, SessionId, SessionView
from cricksy.api.openapi import CoachOperation, coach_body_problems, coach_problems
from cricksy.api.problems import NotFound
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.sessions import create_session, read_session


class Sessions(Controller):
    path = "/sessions"
    tags = ("Sessions",)

    @post(
        operation_class=CoachOperation,
        operation_id="createSession",
        summary="Create a session",
        description="Creates a session. Videos are uploaded to a session, and its status follows its newest job.",
        response_description="The new session.",
        responses=coach_body_problems(),
    )
    async def create(
        self, request: Request[Coach, None, State], data: JSONBody[CreateSession], services: NamedDependency[Services]
    ) -> SessionView:
        return await create_session(services.database, request.user.owner, data.to_new_session())

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
