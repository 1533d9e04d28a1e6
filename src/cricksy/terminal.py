"""The coach's report in a terminal."""

import math
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cricksy.analysis.coaching.findings import FINDING_CONFIDENCE
from cricksy.analysis.metrics import registry
from cricksy.results.schema import Drill, Level, Metric, PlanDay, PoseSummary, Results, TopIssue, Unit
from cricksy.vocabulary import CameraView

MAX_WIDTH: Final = 100
"""Columns: longer lines are hard to read."""

SUFFIXES: Final[dict[Unit, str]] = {"percent_H": " % of body size", "deg": "°", "ms": " ms", "ratio": ""}
DECIMALS: Final[dict[Unit, int]] = {"percent_H": 1, "deg": 0, "ms": 0, "ratio": 2}
STYLES: Final[dict[Level, str]] = {"low": "green", "medium": "yellow", "high": "red"}
"""By severity."""

VIEWS: Final[dict[CameraView, str]] = {
    CameraView.SIDE: "seen from the side",
    CameraView.FRONT: "seen from the front",
    CameraView.BEHIND: "seen from behind",
}


def print_report(results: Results, console: Console) -> None:
    """Print what a coach needs from ``results``: summary, measurements, what to fix, drills and the week."""
    report, quality = results.report, results.findings.capture_quality
    parts: list[RenderableType] = [
        Text(),
        _film(results.pose.pose_summary),
        Panel(Text(report.summary), padding=(1, 2)),
        _measurements(results),
    ]
    if report.top_issues:
        parts.append(_section("Work on", [_issue(number, issue) for number, issue in enumerate(report.top_issues, 1)]))
    if quality.notes:
        parts.append(_section("Next time you film", [Text(f"• {note}") for note in quality.notes]))
    if report.drills:
        parts.append(_section("Drills", [_drill(drill) for drill in report.drills]))
    if report.one_week_plan:
        parts.append(_week(report.one_week_plan))
    console.print(Group(*parts), width=min(console.width, MAX_WIDTH))


def _film(summary: PoseSummary) -> Text:
    player = [
        summary.discipline.capitalize() if summary.discipline else "Discipline unknown",
        f"{summary.handedness}-handed" if summary.handedness else None,
        VIEWS[summary.camera_view] if summary.camera_view else None,
    ]
    film = [
        f"{summary.decoded_ms / 1000:.1f} s at {summary.source_fps:.0f} fps",
        f"{summary.width} × {summary.height}",
        f"player found in {summary.detection_rate:.0%} of the frames read",
        "damaged or cut short" if summary.truncated else None,
    ]
    return Text.assemble(
        (" · ".join(part for part in player if part), "bold"),
        ("\n" + " · ".join(part for part in film if part), "dim"),
    )


def _measurements(results: Results) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Measured", title_justify="left", title_style="bold", expand=True)
    table.caption_justify = "left"
    table.add_column("", no_wrap=True)
    table.add_column("of 100", justify="right", no_wrap=True)
    table.add_column("Value", ratio=1)
    table.add_column("Confidence", justify="right", no_wrap=True)
    for spec in registry.METRICS:
        metric = results.metrics.get(spec.name)
        if metric is None:  # results of an earlier version
            continue
        if metric.score is None:
            table.add_row(spec.title, "–", Text(metric.reason or "", style="dim"), "–")
            continue
        unsure = metric.confidence < FINDING_CONFIDENCE
        if unsure:
            table.caption = f"In grey: not measured, or too unsure to be judged (below {FINDING_CONFIDENCE:.0%})\n"
        cells = spec.title, f"{metric.score * 100:.0f}", _value(metric), f"{math.floor(metric.confidence * 100)}%"
        table.add_row(*cells, style="dim" if unsure else None)
    return table


def _value(metric: Metric) -> str:
    if metric.value is None:
        return ""
    decimals = DECIMALS[metric.unit]
    error = "" if metric.error is None else f" ± {metric.error:.{decimals}f}"
    return f"{metric.value:.{decimals}f}{error}{SUFFIXES[metric.unit]}"


def _section(title: str, lines: list[Text]) -> Padding:
    return Padding(Group(Text(title, style="bold"), *lines), (0, 1, 1, 1))


def _issue(number: int, issue: TopIssue) -> Text:
    return Text.assemble(
        f"{number}. ",
        (issue.title, "bold"),
        (f" ({issue.severity})", STYLES[issue.severity]),
        f"\n   “{issue.cue}”",
    )


def _drill(drill: Drill) -> Text:
    helper = "alone" if drill.people == 1 else "with a helper"
    return Text.assemble("• ", (drill.name, "bold"), (f", {drill.minutes} min, {helper}", "dim"), f"\n  {drill.goal}")


def _week(days: list[PlanDay]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="The week", title_justify="left", title_style="bold", expand=True)
    table.add_column("Day", justify="right")
    table.add_column("Focus", ratio=1)
    table.add_column("Drills", ratio=1)
    table.add_column("Min", justify="right")
    for day in days:
        table.add_row(
            str(day.day), Text(day.focus), Text(", ".join(day.drills)), str(day.minutes) if day.minutes else ""
        )
    return table
