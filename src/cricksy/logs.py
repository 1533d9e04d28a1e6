"""Structured logs: one JSON object a line on stdout, from our own code and from every library.

Fields: ``timestamp, level, event, service`` and, where known, ``request_id, trace_id, job_id, session_id, user_id,
message_id``. Context is bound with :func:`structlog.contextvars.bind_contextvars`.
"""

import json
import logging
import re
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Literal

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Service = Literal["api", "worker"]

_QUERY = re.compile(r"(https?://[^\s?\"'<>\\]*)\?[^\s\"'<>\\]*")
_PATH_QUERY = re.compile(r"(\b(?:GET|HEAD|PUT|POST|PATCH|DELETE|OPTIONS) /[^\s?\"'\\]*)\?[^\s\"'\\]*")
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_PASSWORD = re.compile(r"(\w+://[^\s:/@\"]+):[^\s@/\"\\]+@")


def redact(text: str) -> str:
    """``text`` without query strings, JSON Web Tokens and the passwords of URLs."""
    # Most lines have none of them, and a search for a string takes a hundredth of an expression's time.
    if "?" in text:
        text = _QUERY.sub(r"\1?…", text)
        text = _PATH_QUERY.sub(r"\1?…", text)
    if "eyJ" in text:
        text = _TOKEN.sub("[token]", text)
    if "://" in text:
        text = _PASSWORD.sub(r"\1:[password]@", text)
    return text


def _render(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    # uvicorn says the same again for a terminal that shows colours.
    event.pop("color_message", None)
    ordered = {key: event.pop(key) for key in ("timestamp", "level", "event", "service") if key in event}
    # Redacted last, as text, so that no depth of nesting and no library's message gets round it.
    fields = {**ordered, **event}
    try:
        line = msgspec.json.encode(fields, enc_hook=str).decode()
    except UnicodeEncodeError:
        # Half a surrogate pair, which JSON of a client can hold and UTF-8 cannot: a question mark says so.
        line = json.dumps(fields, default=str, ensure_ascii=False).encode(errors="replace").decode()
    return redact(line)


def _processors(service: Service) -> list[Processor]:
    def add_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service,
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
        ),
    ]


def _log_crash(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.stdlib.get_logger().critical("crashed", exc_info=(kind, error, traceback))


def start_failed(service: Service, problems: Sequence[str], exit_code: int) -> None:
    """Log why a program ends before it has begun: what a terminal is told on stderr, for the readers of the log."""
    configure(service)
    structlog.stdlib.get_logger().critical("start_failed", problems=list(problems), exit_code=exit_code)


def configure(service: Service, level: str = "INFO") -> None:
    """Send structlog, the standard library's logging, warnings and uncaught exceptions to stdout as JSON lines."""
    shared = _processors(service)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # At DEBUG and INFO these speak of every request they make, presigned query strings included.
    for chatty in ("botocore", "aiobotocore", "aiohttp", "httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # The life of the API is told by its own events.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
