"""The OpenAPI document and the pages that show it, from our own host only."""

from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import MediaType, Response
from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIHeader,
    OpenAPIType,
    Schema,
    SecurityScheme,
    Tag,
)
from litestar.plugins import OpenAPISchemaPlugin
from litestar.router import Router
from litestar.typing import FieldDefinition

from cricksy.analysis.measures.registry import MEASURES
from cricksy.analysis.metrics import registry
from cricksy.api.assets import ASSETS, ICON, PRESET, SCRIPT, STYLE
from cricksy.api.headers import content_security_policy, hashes_of_scripts
from cricksy.api.problems import (
    NotFound,
    catalogue,
)
from cricksy.results.measurements import Metric, MetricName, Metrics
from cricksy.results.measures import MeasureName

_HEADERS: Final = {
    "X-Request-Id": "Id of this request, also in every log line about it. Quote it when reporting a problem.",
    "WWW-Authenticate": "How to authenticate (RFC 6750): `Bearer`, and what is wrong with a token that was sent.",
    "Location": "URL of what was created.",
    "Retry-After": "Seconds to wait before repeating the call.",
    "Vary": "`Accept-Encoding`: a completed job's results are compressed for a client that accepts gzip.",
    "Content-Encoding": "`gzip` if you accept it and the job is completed; else absent.",
    "RateLimit-Limit": "Requests that may come at once; as many are added evenly in each minute. Absent: no limit.",
    "RateLimit-Remaining": "Requests that may still come at once.",
    "RateLimit-Reset": "Seconds until `RateLimit-Remaining` is `RateLimit-Limit` again, if no request comes.",
    "Idempotent-Replayed": "`true` if this answer repeats that of an earlier request with the same Idempotency-Key.",
    "ETag": "Version of what is shown. Send it back as If-None-Match, or with a change as If-Match.",
    "Cache-Control": "`private, no-cache`: keep the answer and revalidate it by ETag. `no-store`: do not keep it.",
}
_OVERVIEW: Final = """\
Film a cricketer, upload the clip, read what the body did, what to fix first and how to train it.

1. `createSession` describes the practice and the player.
2. `initiateUpload` returns a presigned URL. PUT the video to it, with exactly the `required_headers`. A large video
   goes in parts, each to a URL of its own.
3. `completeUpload` starts the analysis.
4. `getAnalysisJob` returns the progress and, in the end, the results. Poll it until `final` is true, or follow
   `streamJobProgress`.

Every call needs a bearer token with the plan `coach_pro_plus`. Calls that create something take an `Idempotency-Key`:
repeated with it after a timeout, they create nothing more. `getLimits` shows how much you may call and upload.

Times are UTC (RFC 3339). Ids are UUIDs.
A client ignores fields it does not know, and new fields are optional: only those that the results of every release have
are required. Results of an earlier release are shown in today's form; `versions` says what made them.

Errors are `application/problem+json` (RFC 9457). Decide by `code`, not by `title` or `detail`:

| status | code | meaning |
|---|---|---|
"""
_TAGS: Final = {
    "Sessions": "What a coach films, and for whom.",
    "Uploads": "Upload a video straight to storage and start its analysis.",
    "Players": "Whom the sessions name.",
    "Analysis jobs": "Progress, results and corrections of one analysed video.",
    "Limits": "What you may use, and what is used.",
    "Health": "For load balancers and operators. No token needed.",
}


class RegisteredMetrics(OpenAPISchemaPlugin):
    """Lists the metrics and the measures of the registries wherever the results name them.

    Each metric is a property of ``Metrics``; those that every stored result has are required.
    """

    def __init__(self) -> None:
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        for metric in registry.METRICS:
            described: Any = Annotated[Metric, msgspec.Meta(description=metric.description)]
            optional = (described | msgspec.UnsetType, msgspec.UNSET)
            fields.append((metric.name, described) if metric.required else (metric.name, *optional))
        doc = "What was measured, by name."
        metrics = msgspec.defstruct("Metrics", fields, kw_only=True, namespace={"__doc__": doc})
        names = Literal[*(metric.name for metric in registry.METRICS)]
        measures = Literal[*(measure.name for measure in MEASURES)]
        self._shapes: dict[object, object] = {Metrics: metrics, MetricName: names, MeasureName: measures}

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        return field_definition.raw in self._shapes

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Any:  # noqa: ANN401 - a reference too, which the base does not say
        shape = self._shapes[field_definition.raw]
        return schema_creator.for_field_definition(FieldDefinition.from_annotation(shape))


def configuration(version: str) -> OpenAPIConfig:
    rows = [f"| {kind.status} | `{kind.code}` | {kind.__doc__} |" for kind in catalogue()]
    return OpenAPIConfig(
        title="Cricksy Coach Plus",
        version=version,
        description=_OVERVIEW + "\n".join(rows),
        openapi_router=Router("/docs", route_handlers=[], include_in_schema=False, after_request=_page),
        tags=[Tag(name=name, description=text) for name, text in _TAGS.items()],
        components=Components(
            headers={
                name: OpenAPIHeader(description=text, schema=Schema(type=OpenAPIType.STRING))
                for name, text in _HEADERS.items()
            },
            security_schemes={
                "coach": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="The coach's JSON Web Token."
                ),
            },
        ),
        render_plugins=[
            SwaggerRenderPlugin(
                path="/",
                js_url=f"{ASSETS}/{SCRIPT}",
                css_url=f"{ASSETS}/{STYLE}",
                standalone_preset_js_url=f"{ASSETS}/{PRESET}",
                favicon=f'<link rel="icon" type="image/png" href="{ASSETS}/{ICON}">',
            ),
            JsonRenderPlugin(path="/openapi.json"),
        ],
    )


def _page(response: Response[Any]) -> Response[Any]:
    """The page with a policy that allows its own script, which holds the document, and no other."""
    if response.status_code == NotFound.status:
        # The framework's answer is a page that loads an image from another host.
        raise NotFound
    if response.media_type == MediaType.HTML:
        policy = content_security_policy(
            script_src=f"'self' {hashes_of_scripts(response.content)}", style_src="'self' 'unsafe-inline'"
        )
        response.headers["Content-Security-Policy"] = policy
    return response
