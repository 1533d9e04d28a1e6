"""The OpenAPI document and the pages that show it, from our own host only."""

from dataclasses import dataclass

from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import Components, Operation, SecurityScheme
from litestar.router import Router
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType] - leaves PathLike open
from swagger_ui_bundle import swagger_ui_path  # pyright: ignore[reportMissingTypeStubs] - one constant, no types

from cricksy.api.problems import (
    ApiProblem,
    DatabaseUnavailable,
    Invalid,
    NotEntitled,
    Overloaded,
    PayloadTooLarge,
    Problem,
    Unauthenticated,
    UnsupportedMediaType,
)

ASSETS = "/docs/assets"


@dataclass
class CoachOperation(Operation):
    """An operation without the 400 that the framework documents: here an invalid request is a 422."""

    def __post_init__(self) -> None:
        if self.responses is not None:
            self.responses.pop("400", None)


def coach_problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The error responses of a route that only an entitled coach may call."""
    return problems(Unauthenticated, NotEntitled, Overloaded, DatabaseUnavailable, *kinds)


def coach_body_problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The same for a route that takes a body."""
    return coach_problems(PayloadTooLarge, UnsupportedMediaType, Invalid, *kinds)


def problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The error responses of a route, for the OpenAPI document: one for each status, naming every code."""
    codes: dict[int, list[str]] = {}
    for kind in kinds:
        codes.setdefault(kind.status, []).append(kind.code)
    return {
        status: ResponseSpec(
            Problem, media_type="application/problem+json", description=", ".join(names), generate_examples=False
        )
        for status, names in codes.items()
    }


def configuration(version: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Cricksy Coach Plus",
        version=version,
        description=(
            "Film a cricketer, upload the clip, read what the body did, what to fix first and how to train it. "
            "Errors are RFC 9457 problems; every answer carries X-Request-Id."
        ),
        path="/docs",
        components=Components(
            security_schemes={
                "coach": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
            }
        ),
        render_plugins=[
            SwaggerRenderPlugin(
                path="/",
                js_url=f"{ASSETS}/swagger-ui-bundle.js",
                css_url=f"{ASSETS}/swagger-ui.css",
                standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
                favicon=f'<link rel="icon" type="image/png" href="{ASSETS}/favicon-32x32.png">',
            ),
            JsonRenderPlugin(path="/openapi.json"),
        ],
    )


def assets() -> Router:
    return create_static_files_router(path=ASSETS, directories=[swagger_ui_path], include_in_schema=False)
