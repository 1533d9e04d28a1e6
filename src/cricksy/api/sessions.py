"""``/sessions``: what a coach films for whom."""

from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from cricksy.api.bodies import CreateSession, SessionView
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
        responses=coach_problems(NotFound),
    )
    async def read(
        self, request: Request[Coach, None, State], session_id: FromPath[UUID], services: NamedDependency[Services]
    ) -> SessionView:
        session = await read_session(services.database, request.user.owner, session_id)
        if session is None:
            raise NotFound
        return session
