"""What the OpenAPI document says of each operation: headers, conditions, examples and errors."""

from dataclasses import dataclass
from typing import Final

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Example,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Parameter,
    Reference,
    Schema,
)

from cricksy.api.constraints import without_null
from cricksy.api.examples import PROGRESS_EVENT, REQUEST_ID, add_examples
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
    Overloaded,
    PayloadTooLarge,
    Problem,
    RateLimited,
    Unauthenticated,
    UnsupportedMediaType,
)

_PROBLEM_TYPE: Final = "application/problem+json"
_HEADERS_OF_PROBLEM: Final = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
_RATE_HEADERS: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


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
