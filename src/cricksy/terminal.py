"""The coach's report in a terminal."""

import math
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cricksy.analysis.coaching.numbers import METRIC_DIGITS, SUFFIXES
from cricksy.analysis.metrics import registry
from cricksy.results.coaching import Drill, Evidence, Finding, Findings, Level, Note, PlanDay, Report
from cricksy.results.measurements import PoseSummary, Unit
from cricksy.results.measures import MeasureUnit
from cricksy.results.schema import Results
from cricksy.terminal_numbers import numbers_table
from cricksy.vocabulary import CameraView

MAX_WIDTH: Final = 100
"""Columns: longer lines are hard to read."""

DECIMALS: Final[dict[Unit | MeasureUnit, int]] = {
    **METRIC_DIGITS,
    "percent_height": 0,
    "percent": 0,
    "m": 2,
    "H/s": 1,
    "m/s": 1,
}
STYLES: Final[dict[Level, str]] = {"low": "green", "medium": "yellow", "high": "red"}
"""By severity."""

VIEWS: Final[dict[CameraView, str]] = {
    CameraView.SIDE: "seen from the side",
    CameraView.FRONT: "seen from the front",
    CameraView.BEHIND: "seen from behind",
}


def print_report(results: Results, console: Console) -> None:
    """Print what a coach needs from ``results``: summary, measurements, findings with their drills, and the week."""
    report, numbers = results.report, numbers_table(results)
    parts: list[RenderableType] = [
        Text(),
        _video(results.pose.pose_summary),
        Panel(Text(report.summary), padding=(1, 2)),
        _measurements(results),
        *([] if numbers is None else [numbers]),
        *_beside_others(report),
        *_findings(results.findings, report),
    ]
    if report.one_week_plan:
        parts.append(_week(report.one_week_plan))
    if report.load is not None:
        parts.append(_section("Bowling this week", [Text(report.load.text)]))
    if report.notes:
        parts.append(_section("Notes", [_note(note) for note in report.notes]))
    console.print(Group(*parts), width=min(console.width, MAX_WIDTH))


def _video(summary: PoseSummary) -> Text:
    player = [
        summary.discipline.capitalize() if summary.discipline else "Discipline unknown",
        f"{summary.handedness}-handed" if summary.handedness else None,
        VIEWS[summary.camera_view] if summary.camera_view else None,
    ]
    video = [
        f"{summary.decoded_ms / 1000:.1f} s at {summary.source_fps:.0f} fps{_new_images(summary)}",
        f"{summary.width} × {summary.height}",
        f"player found in {summary.detection_rate:.0%} of the frames read",
        "damaged or cut short" if summary.truncated else None,
    ]
    return Text.assemble(
        (" · ".join(part for part in player if part), "bold"),
        ("\n" + " · ".join(part for part in video if part), "dim"),
    )


def _new_images(summary: PoseSummary) -> str:
    """How many images a second are new, where the file repeats them."""
    fps = summary.image_fps
    return "" if fps is None or round(fps) == round(summary.source_fps) else f" ({fps:.0f} different images)"


def _measurements(results: Results) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Measured", title_justify="left", title_style="bold", expand=True)
    table.add_column("", no_wrap=True)
    table.add_column("of 100", justify="right", no_wrap=True)
    table.add_column("Value", ratio=1)
    table.add_column("Confidence", justify="right", no_wrap=True)
    for spec in registry.METRICS:
        metric = results.metrics.get(spec.name)
        if metric is None:  # results of an earlier version
            continue
        score = "–" if metric.score is None else f"{metric.score * 100:.0f}"
        value = "" if metric.value is None else _number(metric.value, metric.error, metric.unit)
        said = Text("\n".join(part for part in (value, metric.reason) if part))
        confidence = "–" if metric.value is None else f"{math.floor(metric.confidence * 100)}%"
        table.add_row(spec.title, score, said, confidence, style="dim" if metric.score is None else None)
    return table


def _beside_others(report: Report) -> list[Table]:
    """The numbers beside those of the clip before, and over the actions of this one."""
    tables: list[Table] = []
    if report.changes:
        table = _numbers_table("Since the last video", "before", "now", "more than the error?")
        for change in report.changes:
            now = _number(change.now, change.uncertainty, change.unit)
            sure = "yes" if change.is_beyond_error else "no"
            table.add_row(change.title, _number(change.before, None, change.unit), now, sure)
        tables.append(table)
    if report.repeatability:
        table = _numbers_table("Spread between the actions", "mean", "spread", "of")
        for one in report.repeatability:
            spread = _number(one.spread, None, one.unit)
            table.add_row(one.title, _number(one.mean, None, one.unit), spread, f"{one.actions} actions")
        tables.append(table)
    return tables


def _numbers_table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", expand=True)
    table.add_column("", ratio=1)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _number(value: float, error: float | None, unit: Unit | MeasureUnit) -> str:
    decimals = DECIMALS[unit]
    within = "" if error is None else f" ± {error:.{decimals}f}"
    return f"{value:z.{decimals}f}{within}{SUFFIXES[unit]}"


def _findings(findings: Findings, report: Report) -> list[Padding]:
    """The player's faults, his strengths, the video's faults, and the week's other drills; each drill in full once."""
    faults = [finding for finding in findings.findings if finding.metric is not None]
    of_video = [finding for finding in findings.findings if finding.metric is None]
    said = {cue for finding in of_video for cue in finding.cues}
    wishes = [_hanging("•", Text(note)) for note in findings.capture_quality.notes if note not in said]
    printed: set[str] = set()
    sections = [
        ("Work on", [_finding(f"{number}.", fault, printed) for number, fault in enumerate(faults, 1)]),
        ("Already good", [_finding("•", strength, printed) for strength in findings.strengths]),
        ("Before next time you film", [*wishes, *(_finding("•", finding, printed) for finding in of_video)]),
        ("Other drills of the week", [_drill(drill, printed) for drill in report.drills if drill.id not in printed]),
    ]
    return [_section(title, parts) for title, parts in sections if parts]


def _section(title: str, parts: Sequence[RenderableType]) -> Padding:
    return Padding(Group(Text(title, style="bold underline"), *parts), (0, 1, 1, 1))


def _hanging(mark: str, *parts: RenderableType) -> Table:
    """``parts`` below each other, to the right of ``mark``."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_row(mark, Group(*parts))
    return grid


def _finding(mark: str, finding: Finding, printed: set[str]) -> Table:
    """A fault leads with its cue. A strength has no drills, and the cues of a video's fault are things to do."""
    title, fault = Text(finding.headline or finding.title, style="bold"), bool(finding.drills)
    parts: list[RenderableType] = [title]
    if finding.headline is not None:
        parts.append(Text(f"{finding.title}{_seen(finding)}."))
    if finding.metric is not None and fault:
        title.append(f" ({finding.severity})", STYLES[finding.severity])
        parts.append(Text.assemble(("Cue: ", "bold"), " or ".join(f"“{cue}”" for cue in finding.cues)))
    if measured := _evidence(finding.evidence, fault=fault):
        parts.append(Text.assemble(("Measured: ", "bold"), measured))
    if (reference := finding.reference) is not None:
        parts.append(Text.assemble(("What studies say: ", "bold"), f"{reference.text} ({reference.source})."))
    parts.append(Text.assemble(("Why: ", "bold"), finding.why_it_matters))
    if finding.metric is None:
        parts += [_hanging("•", Text(cue)) for cue in finding.cues]
    parts += _source(finding)
    return _hanging(mark, *parts, *(_drill(drill, printed) for drill in finding.drills), Text())


def _seen(finding: Finding) -> str:
    """In how many of the film's actions, where it has several."""
    if finding.seen_in is None or finding.seen_of is None or finding.seen_of == 1:
        return ""
    return f", in {finding.seen_in} of {finding.seen_of}"


def _evidence(evidence: Evidence, *, fault: bool) -> str | None:
    if evidence.value is None or evidence.unit is None:
        return None
    number = _number(evidence.value, evidence.error, evidence.unit)
    named = number if evidence.what is None else f"{number}, {evidence.what}"
    if evidence.threshold is None:
        return f"{named}."
    below = (evidence.value < evidence.threshold) == fault
    line = _number(evidence.threshold, None, evidence.unit)
    return f"{named}. A fault {'below' if below else 'above'} {line}."


def _drill(drill: Drill, printed: set[str]) -> Table:
    """The whole drill, or its name where it was ``printed`` already."""
    if drill.id in printed:
        return _hanging("•", Text.assemble((drill.name, "bold"), ", see above"))
    printed.add(drill.id)
    amount = [
        drill.sets,
        f"{drill.minutes} min",
        f"{drill.balls} balls" if drill.balls else None,
        "alone" if drill.people == 1 else "with a helper",
        drill.level,
    ]
    parts = [
        Text.assemble((drill.name, "bold"), (f" – {' · '.join(part for part in amount if part)}", "dim")),
        Text(drill.goal),
        *(_hanging(f"{number}.", Text(step)) for number, step in enumerate(drill.steps, 1)),
    ]
    parts += [
        Text.assemble((f"{name}: ", "bold"), said)
        for name, said in (("It works when", drill.success), ("Easier", drill.easier), ("Harder", drill.harder))
        if said
    ]
    if drill.equipment:
        parts.append(Text(f"You need: {', '.join(drill.equipment)}.", style="dim"))
    parts += [Text(rule, style="red") for rule in drill.stop_rules]
    return _hanging("•", *parts, *_source(drill))


def _note(note: Note) -> Table:
    return _hanging("•", Text.assemble((f"{note.title}: ", "bold"), note.text), *_source(note))


def _source(of: Finding | Drill | Note) -> list[Text]:
    """What the words rest on, where it is known."""
    return [Text(f"Source: {of.source}", style="dim")] if of.source else []


def _week(days: list[PlanDay]) -> Table:
    bowling = any(day.balls for day in days)
    table = Table(box=box.SIMPLE_HEAD, title="The week", title_justify="left", title_style="bold", expand=True)
    table.add_column("Day", justify="right")
    table.add_column("Focus", ratio=1)
    table.add_column("Drills", ratio=1)
    table.add_column("Min", justify="right")
    if bowling:
        table.add_column("Balls", justify="right")
    for day in days:
        row = [Text(day.focus), Text(", ".join(day.drills)), Text(str(day.minutes or ""))]
        table.add_row(str(day.day), *row, *([Text(str(day.balls or ""))] if bowling else []))
    return table
