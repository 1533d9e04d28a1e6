"""Assembles the API."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version

from litestar import Litestar, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.response import Redirect
from litestar.types import ASGIApp

from cricksy.api.context import RequestContext
from cricksy.api.descriptions import StructDescriptions
from cricksy.api.health import Health, Readiness
from cricksy.api.jobs import Jobs
from cricksy.api.openapi import RegisteredMetrics, assets, configuration
from cricksy.api.problems import respond
from cricksy.api.services import Services, open_services
from cricksy.api.sessions import Sessions
from cricksy.api.stills import JobStills
from cricksy.api.strict_json import JsonRequest, requires_json
from cricksy.api.tokens import TokenAuthentication, TokenVerifier, requires_coach_pro_plus
from cricksy.api.uploads import Uploads
from cricksy.settings import ApiSettings

PREFIX = "/api/coaches/plus"
MAX_BODY_BYTES = 1_000_000


@get("/", include_in_schema=False)
async def home() -> Redirect:
    return Redirect("/docs")


async def provide_services(state: State) -> Services:
    return state["services"]


async def provide_readiness(state: State) -> Readiness:
    return state["readiness"]


def create_app(settings: ApiSettings, readiness: Readiness | None = None) -> ASGIApp:
    """The ASGI application. The server that runs it sets ``readiness`` when it starts to drain."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with open_services(settings) as services:
            app.state.services = services
            yield

    coach_plus = Router(
        PREFIX,
        route_handlers=[Sessions, Uploads, Jobs, JobStills],
        middleware=[DefineMiddleware(TokenAuthentication, verifier=TokenVerifier(settings.tokens))],
        guards=[requires_coach_pro_plus, requires_json],
        request_class=JsonRequest,
        security=[{"coach": []}],
    )
    app = Litestar(
        route_handlers=[home, Health, coach_plus, assets()],
        dependencies={"services": Provide(provide_services), "readiness": Provide(provide_readiness)},
        exception_handlers={Exception: respond},
        lifespan=[lifespan],
        logging_config=None,
        openapi_config=configuration(version("cricksy-coach-plus")),
        plugins=[StructDescriptions(), RegisteredMetrics()],
        request_max_body_size=MAX_BODY_BYTES,
        state=State({"readiness": readiness or Readiness()}),
    )
    return RequestContext(app)
