"""An OpenTelemetry collector on loopback, which keeps what it is sent."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Received:
    """One span: what a test looks at."""

    def __init__(self, service: str, span: "object") -> None:
        self.service = service
        self.name: str = getattr(span, "name")  # noqa: B009 - generated code has no types
        self.trace_id: str = getattr(span, "trace_id").hex()  # noqa: B009
        self.span_id: str = getattr(span, "span_id").hex()  # noqa: B009
        self.parent_id: str = getattr(span, "parent_span_id").hex()  # noqa: B009
        self.is_failed: bool = getattr(span, "status").code == 2  # noqa: B009 - STATUS_CODE_ERROR
        self.attributes: dict[str, str] = {
            one.key: one.value.string_value or str(one.value.int_value)
            for one in getattr(span, "attributes")  # noqa: B009
        }
        # All but the ids, whose bytes may be any letters.
        for identity in ("trace_id", "span_id", "parent_span_id"):
            getattr(span, "ClearField")(identity)  # noqa: B009
        self.raw = str(span)


class Collector:
    def __init__(self, url: str) -> None:
        self.url = url
        self.spans: list[Received] = []

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            (service,) = [one.value.string_value for one in resource.resource.attributes if one.key == "service.name"]
            for scope in resource.scope_spans:
                self.spans += [Received(service, span) for span in scope.spans]

    def of(self, trace_id: str) -> dict[str, Received]:
        """The spans of a trace by name."""
        return {span.name: span for span in self.spans if span.trace_id == trace_id}


@contextmanager
def collecting() -> Generator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Not to stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
