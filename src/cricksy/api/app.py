"""Assembles the API."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp

from cricksy.api.assets import asset
from cricksy.api.context import RequestContext
from cricksy.api.cross_origin import CrossOrigin
from cricksy.api.deletions import Deletions
from cricksy.api.descriptions import StructDescriptions
from cricksy.api.document import RegisteredMetrics, configuration
from cricksy.api.health import Health, Readiness
from cricksy.api.health_checks import HealthChecks
from cricksy.api.job_lists import JobLists
from cricksy.api.job_progress import JobProgressStreams
from cricksy.api.job_videos import JobVideos
from cricksy.api.jobs import Jobs
from cricksy.api.keys import IssuerKeys
from cricksy.api.limits import LimitsOfOwner
from cricksy.api.methods import Methods
from cricksy.api.page import CoachPage, file, home, icon
from cricksy.api.parameters import requires_valid_parameters
from cricksy.api.player_export import PlayerExport
from cricksy.api.players import Players
from cricksy.api.problem_responses import respond
from cricksy.api.progress_feed import ProgressFeed
from cricksy.api.rate_limit import rate_limit
from cricksy.api.segments import EncodedSlashes
from cricksy.api.services import Services, open_services
from cricksy.api.sessions import Sessions
from cricksy.api.stills import JobStills
from cricksy.api.strict_json import JsonRequest, requires_json
from cricksy.api.tokens import TokenAuthentication, TokenVerifier, requires_coach_pro_plus
from cricksy.api.uploads import Uploads
from cricksy.aws.forgotten import remembered
from cricksy.settings import ApiSettings
from cricksy.spans import exporting

PREFIX = "/api/coaches/plus"
MAX_BODY_BYTES = 1_000_000
BODY_SECONDS = 30
"""Seconds from the head of a request to the end of its body."""


async def provide_services(state: State) -> Services:
    return state["services"]


async def provide_readiness(state: State) -> Readiness:
    return state["readiness"]


async def provide_feed(state: State) -> ProgressFeed:
    return state["feed"]


async def provide_checks(state: State) -> HealthChecks:
    return state["checks"]


def create_app(
    settings: ApiSettings, readiness: Readiness | None = None, *, body_seconds: float = BODY_SECONDS
) -> ASGIApp:
    """The ASGI application. The server that runs it sets ``readiness`` when it starts to drain."""
    ready = readiness or Readiness()
    issuer_keys = IssuerKeys(settings.tokens.jwks_url) if settings.tokens.jwks_url else None

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with (
            open_services(settings) as services,
            issuer_keys.kept_fresh() if issuer_keys else nullcontext(),
            remembered(settings.aws),
        ):
            app.state.services = services
            app.state.feed = ProgressFeed(services.database, ready)
            app.state.checks = HealthChecks(services)
            # In the state, because the framework copies what a middleware is given, keys and all.
            app.state.token_verifier = TokenVerifier(settings.tokens, issuer_keys)
            with exporting("api", is_on=settings.exports_spans):
                yield
            await app.state.feed.close()

    coach_plus = Router(
        PREFIX,
        route_handlers=[
            Sessions,
            Players,
            PlayerExport,
            Uploads,
            Jobs,
            JobLists,
            JobVideos,
            JobProgressStreams,
            LimitsOfOwner,
            Deletions,
            JobStills,
        ],
        middleware=[
            TokenAuthentication,
            *rate_limit(settings.limits.requests_per_minute),
        ],
        guards=[requires_coach_pro_plus, requires_valid_parameters, requires_json],
        request_class=JsonRequest,
        security=[{"coach": []}],
    )
    app = Litestar(
        route_handlers=[home, icon, file, Health, coach_plus, asset],
        dependencies={
            "services": Provide(provide_services),
            "readiness": Provide(provide_readiness),
            "feed": Provide(provide_feed),
            "checks": Provide(provide_checks),
        },
        exception_handlers={Exception: respond},
        lifespan=[lifespan],
        logging_config=None,
        openapi_config=configuration(version("cricksy-coach-plus")),
        plugins=[StructDescriptions(), RegisteredMetrics()],
        request_max_body_size=MAX_BODY_BYTES,
        state=State({"readiness": ready, "page": CoachPage.read()}),
    )
    return RequestContext(
        CrossOrigin(Methods(EncodedSlashes(app), app.routes), settings.cors_origins),
        body_seconds=body_seconds,
        trusts_forwarded_proto=settings.trusts_forwarded_proto,
    )
