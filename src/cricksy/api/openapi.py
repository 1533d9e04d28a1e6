"""The OpenAPI document and the pages that show it, from our own host only."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import MediaType, Response
from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import (
    Components,
    Example,
    OpenAPIHeader,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Parameter,
    Reference,
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
from cricksy.api.constraints import without_null
from cricksy.api.examples import PROGRESS_EVENT, REQUEST_ID, add_examples
from cricksy.api.headers import content_security_policy, hashes_of_scripts
from cricksy.api.links import add_links
from cricksy.api.problems import (
    ApiProblem,
    Conflict,
    DatabaseUnavailable,
    FieldError,
    InternalError,
    Invalid,
    IssuerUnavailable,
    NotEntitled,
    NotFound,
    Overloaded,
    PayloadTooLarge,
    Problem,
    RateLimited,
    Unauthenticated,
    UnsupportedMediaType,
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
_PROBLEM_TYPE: Final = "application/problem+json"
_HEADERS_OF_PROBLEM: Final = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
_RATE_HEADERS: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
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


@dataclass
class ApiOperation(Operation):
    """An operation with the headers that every response carries, and with its examples and links."""

    def __post_init__(self) -> None:
        add_examples(self)
        add_links(self)
        for status, response in (self.responses or {}).items():
            is_problem = isinstance(response, OpenAPIResponse) and _PROBLEM_TYPE in (response.content or {})
            _add_headers(
                response, "X-Request-Id", "Cache-Control", *(_HEADERS_OF_PROBLEM.get(status, ()) if is_problem else ())
            )


@dataclass
class CoachOperation(ApiOperation):
    """An operation as it is: an invalid request is a 422, not the framework's 400, and no parameter is null.

    Its responses to a known caller carry the rate limit.
    """

    def __post_init__(self) -> None:
        if self.responses is not None:
            self.responses.pop("400", None)
        for parameter in self.parameters or []:
            if isinstance(parameter, Parameter) and isinstance(parameter.schema, Schema):
                parameter.schema = without_null(parameter.schema)
        super().__post_init__()
        for status, response in (self.responses or {}).items():
            if status != "401":
                _add_headers(response, *_RATE_HEADERS)


@dataclass
class CreatingOperation(CoachOperation):
    """An operation that creates something, once for each ``Idempotency-Key``, and says where it is."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for status, response in (self.responses or {}).items():
            if status.startswith("2"):
                _add_headers(response, "Location", "Idempotent-Replayed")
            elif status == "409":
                _add_headers(response, "Retry-After")
        key = Parameter(
            name="Idempotency-Key",
            param_in="header",
            description=(
                "Makes the call safe to repeat for 24 hours: the same key with the same body creates nothing more and "
                "gets the same answer. Send a new key, such as a UUID, for each thing you create. 409 while the first "
                "call is running, 422 with another body, 404 once what it created is deleted."
            ),
            schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=255, pattern="^[\\x21-\\x7e]+$"),
        )
        self.parameters = [*(self.parameters or []), key]


@dataclass
class VersionedOperation(CoachOperation):
    """An operation on a resource with a version: answers carry validators, a GET and a PATCH take conditions."""

    def __post_init__(self) -> None:
        super().__post_init__()
        responses = self.responses or {}
        for status in {"200", "201", "304"} & responses.keys():
            _add_headers(responses[status], "ETag")
        conditions = [_CONDITIONS[status] for status in ("304", "412") if status in responses]
        if conditions:
            self.parameters = [*(self.parameters or []), *conditions]


@dataclass
class CreatingVersionedOperation(CreatingOperation, VersionedOperation):
    """An operation that creates something and answers with its version."""


@dataclass
class ProgressOperation(CoachOperation):
    """The stream of a job's progress, which goes on after the event that the client names."""

    def __post_init__(self) -> None:
        super().__post_init__()
        last = Parameter(
            name="Last-Event-ID",
            param_in="header",
            description="`id` of the last event that you have.",
            schema=Schema(type=OpenAPIType.STRING),
        )
        self.parameters = [*(self.parameters or []), last]
        response = (self.responses or {}).get("200")
        if isinstance(response, OpenAPIResponse):
            for media_type in (response.content or {}).values():
                media_type.schema, media_type.example = _event_of(media_type.schema), PROGRESS_EVENT


@dataclass
class JobOperation(VersionedOperation):
    """An operation that answers with a job."""

    def __post_init__(self) -> None:
        super().__post_init__()
        responses = self.responses or {}
        for status in {"200", "304"} & responses.keys():
            _add_headers(responses[status], "Vary")
        if "200" in responses:
            _add_headers(responses["200"], "Content-Encoding")


def _event_of(data: Reference | Schema | None) -> Schema:
    """A server-sent event, whose data is the text of the JSON that ``data`` describes."""
    text = Schema(
        type=OpenAPIType.STRING,
        content_media_type="application/json",
        content_schema=data,
        description="JSON of the progress.",
    )
    name = Schema(type=OpenAPIType.STRING, const="progress", description="Name of the event.")
    identifier = Schema(type=OpenAPIType.STRING, description="Send it as `Last-Event-ID` to go on behind the event.")
    return Schema(
        type=OpenAPIType.OBJECT,
        description="One event of the stream.",
        properties={"event": name, "id": identifier, "data": text},
        required=["event", "id", "data"],
    )


def _condition(name: str, description: str) -> Parameter:
    return Parameter(name=name, param_in="header", description=description, schema=Schema(type=OpenAPIType.STRING))


_CONDITIONS: Final = {
    "304": _condition("If-None-Match", "ETags that you have. The answer is 304 if one of them is current."),
    "412": _condition("If-Match", "ETag that you have read. The answer is 412 if it is no longer current."),
}


def _add_headers(response: OpenAPIResponse | Reference, *names: str) -> None:
    if isinstance(response, OpenAPIResponse):
        references = {name: Reference(f"#/components/headers/{name}") for name in names}
        response.headers = {**(response.headers or {}), **references}


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


def coach_problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The error responses of a route that only an entitled coach may call."""
    return problems(
        Unauthenticated,
        NotEntitled,
        RateLimited,
        Overloaded,
        DatabaseUnavailable,
        IssuerUnavailable,
        InternalError,
        *kinds,
    )


def coach_body_problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The same for a route that takes a body."""
    return coach_problems(PayloadTooLarge, UnsupportedMediaType, Invalid, *kinds)


def creating_problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The same for a route that creates something, as :class:`CreatingOperation` does."""
    return coach_body_problems(Conflict, *kinds)


def problems(*kinds: type[ApiProblem]) -> dict[int, ResponseSpec]:
    """The error responses of a route, for the OpenAPI document: one for each status, naming every code."""
    described: dict[int, list[type[ApiProblem]]] = {}
    for kind in kinds:
        described.setdefault(kind.status, []).append(kind)
    return {
        status: ResponseSpec(
            Problem,
            media_type=_PROBLEM_TYPE,
            description="\n\n".join(f"`{kind.code}`: {kind.__doc__}" for kind in same),
            generate_examples=False,
            examples=[_example(kind) for kind in same],
        )
        for status, same in described.items()
    }


def _example(kind: type[ApiProblem]) -> Example:
    # Where a detail says what happened this time, the class has none.
    has_own = kind.status == InternalError.status or kind.detail is not ApiProblem.detail
    problem = Problem(
        type=f"urn:cricksy:problem:{kind.code}",
        title=kind.title,
        status=kind.status,
        detail=kind.detail if has_own else str(kind.__doc__),
        code=kind.code,
        request_id=REQUEST_ID,
        errors=[FieldError("sample_fps", "must be a whole number from 1 to 60")] if kind is Invalid else None,
    )
    return Example(id=kind.code, summary=kind.title, value=problem)


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
