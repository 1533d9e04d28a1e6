"""What a list shows of a job's results, taken from their JSON without decoding the frames."""

from typing import Any

import msgspec

from cricksy.results.coaching import Level, TopIssue
from cricksy.results.measurements import MetricName, Unit


class MetricSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement, without what it was read from."""

    score: float | None = None
    """0–1, 1 is best; null if not measured, or too unsure to be judged."""
    value: float | None = None
    """The measured value in ``unit``; null if not measured."""
    error: float | None = None
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    unit: Unit
    """Unit of ``value`` and ``error``."""
    confidence: float = 0.0
    """How much to trust the value, 0–1."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a job in a few lines."""

    overall_level: Level
    """Overall assessment; high is good."""
    top_issue: TopIssue | None
    """What to work on first; null if nothing was found."""
    metrics: dict[MetricName, MetricSummary]
    """The measurements by name."""


class _Findings(msgspec.Struct):
    overall_level: Level


class _Report(msgspec.Struct):
    top_issues: list[TopIssue]


class _Summarised(msgspec.Struct):
    findings: _Findings
    report: _Report
    metrics: dict[MetricName, MetricSummary]


_DECODER = msgspec.json.Decoder(_Summarised)


def summarise(results: bytes) -> dict[str, Any] | None:
    """:class:`Summary` of today's results as JSON objects; ``None`` where they are not results."""
    try:
        found = _DECODER.decode(results)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    summary = Summary(
        overall_level=found.findings.overall_level,
        top_issue=next(iter(found.report.top_issues), None),
        metrics=found.metrics,
    )
    return msgspec.to_builtins(summary)
