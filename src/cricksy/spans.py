"""Spans for an OpenTelemetry collector, if one is configured: from the request through the message to the child.

Without ``OTEL_EXPORTER_OTLP_ENDPOINT`` nothing of OpenTelemetry is imported and :func:`span` costs a comparison. With
it, the standard variables of the SDK hold: headers, timeouts, sampler, resource attributes. A span holds ids, names of
routes, statuses and times; no URL, no query string, no text of an exception, because each may hold a secret.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any, Final, Literal, Protocol

from cricksy.tracing import new_trace_id, trace_id_of, traceparent_of

Kind = Literal["server", "producer", "consumer", "internal"]
Attribute = str | int

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_EXPORT_SECONDS: Final = 3
"""For one batch, unless a setting says otherwise: what is left at the end must not hold up a drain."""


class Span(Protocol):
    """What a caller adds while the span lasts."""

    def update_name(self, name: str) -> None:
        """Give it another name."""
        ...

    def set_attribute(self, key: str, value: Attribute) -> None:
        """Add a fact."""
        ...

    def fail(self, kind: str) -> None:
        """Mark it as failed, by a code or the name of an exception's class."""
        ...


class _NoSpan:
    def update_name(self, name: str) -> None:
        pass

    def set_attribute(self, key: str, value: Attribute) -> None:
        pass

    def fail(self, kind: str) -> None:
        pass


class _RecordedSpan:
    def __init__(self, span: Any) -> None:  # noqa: ANN401 - the SDK is not imported here
        self._span = span

    def update_name(self, name: str) -> None:
        self._span.update_name(name)

    def set_attribute(self, key: str, value: Attribute) -> None:
        self._span.set_attribute(key, value)

    def fail(self, kind: str) -> None:
        from opentelemetry.trace import StatusCode

        self._span.set_attribute("error.type", kind)
        self._span.set_status(StatusCode.ERROR)


_NO_SPAN: Final = _NoSpan()
_tracer: Any = None
_root_trace_id: ContextVar[str | None] = ContextVar("root_trace_id", default=None)
"""Under which a span without a parent begins: the id that logs, message and row carry."""


def exports_spans(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a collector and does not switch the export off."""
    is_off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not is_off and any(environ.get(name) for name in _ENDPOINTS)


def can_export_spans() -> bool:
    """Whether the packages of the extra ``otel`` are installed."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None


@contextmanager
def exporting(service: str, *, is_on: bool) -> Generator[None]:
    """Record spans while the context lasts, send them in batches from a thread, and what is left at its end."""
    global _tracer  # noqa: PLW0603 - as logging is, the tracer is the process's
    if not is_on:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class OurTraceIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            return int(_root_trace_id.get() or new_trace_id(), 16)

    is_timed = any(name in os.environ for name in ("OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"))
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or f"cricksy-{service}"})
    provider = TracerProvider(resource=resource, id_generator=OurTraceIds(), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=None if is_timed else _EXPORT_SECONDS)))
    before, _tracer = _tracer, provider.get_tracer("cricksy")
    try:
        yield
    finally:
        _tracer = before
        provider.shutdown()


@contextmanager
def span(
    name: str,
    kind: Kind = "internal",
    *,
    trace_id: str | None = None,
    parent: str | None = None,
    **attributes: Attribute,
) -> Generator[Span]:
    """A span around the body, within the one at hand, or else after ``parent``, a ``traceparent``.

    Where there is neither, it begins the trace ``trace_id`` (32 hex digits). An exception of the body marks it by its
    class and passes through.
    """
    if _tracer is None:
        yield _NO_SPAN
        return
    from opentelemetry.trace import SpanKind

    named = {key.replace("__", "."): value for key, value in attributes.items()}
    context = _parent_context(trace_id, parent)
    token = _root_trace_id.set(trace_id)
    try:
        started = _tracer.start_as_current_span(
            name,
            context=context,
            kind=SpanKind[kind.upper()],
            attributes=named,
            record_exception=False,
            set_status_on_exception=False,
        )
        with started as current:
            recorded = _RecordedSpan(current)
            try:
                yield recorded
            except BaseException as error:
                recorded.fail(type(error).__name__)
                raise
    finally:
        _root_trace_id.reset(token)


def _parent_context(trace_id: str | None, parent: str | None) -> Any:  # noqa: ANN401 - the SDK's
    """The context at hand if its span is of the trace; else the one that ``parent`` names, or an empty one."""
    from opentelemetry.context import Context, get_current
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    current = get_current_span().get_span_context()
    if current.is_valid and trace_id in {None, f"{current.trace_id:032x}"}:
        return get_current()
    if trace_id_of(parent) not in {None, trace_id}:
        parent = None
    return TraceContextTextMapPropagator().extract({"traceparent": parent} if parent else {}, context=Context())


def traceparent(trace_id: str) -> str:
    """The ``traceparent`` of a message: of the span at hand if it is of the trace, else of none that is recorded."""
    if _tracer is not None:
        from opentelemetry.trace import get_current_span

        current = get_current_span().get_span_context()
        if current.is_valid and f"{current.trace_id:032x}" == trace_id:
            return f"00-{trace_id}-{current.span_id:016x}-{current.trace_flags:02x}"
    return traceparent_of(trace_id)
