"""The coaching report: a few sentences, what to work on first, what changed, the drills, and a week to do them in."""

from collections.abc import Sequence
from typing import Final

from cricksy.analysis.coaching import catalogue, numbers
from cricksy.analysis.coaching.about import NOTHING_MORE, About
from cricksy.analysis.coaching.findings import LEAST_JUDGED, pooled
from cricksy.analysis.coaching.plan import plan_week
from cricksy.analysis.coaching.summary import summarise
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.results.coaching import Change, Findings, Note, Report, TopIssue
from cricksy.results.measures import Measure, MeasureGroup

_TOP: Final = 3  # count; of the issues that a report lists
_TOLD: Final = 3  # count; of the changes that a sentence names
VIDEO_CODES: Final = ("INSUFFICIENT_POSE_VISIBILITY", "POOR_CAPTURE")


def write_report(
    findings: Findings, measurement: Measurement, about: About = NOTHING_MORE, measures: Sequence[Measure] = ()
) -> Report:
    """Write the report of one video, from the ``findings`` of ``measurement`` and the ``measures`` of its actions.

    The plan works on the faults, keeps what is good, or is about filming again.
    """
    who = about.who(measurement)
    faults = [finding for finding in findings.findings if finding.code not in VIDEO_CODES]
    judged = pooled(measurement, about)
    height_cm, earlier = about.player.height_cm, about.history.earlier
    known = numbers.numbers_of(measurement.metrics, measures, about.primary, height_cm, measurement.camera_view)
    # Where the action that was said is not found, its metrics bear the same names and mean other things.
    was_found = bool(measurement.events) or not profile_of(measurement.discipline.value).events
    changes = numbers.since(earlier, known, height_cm) if earlier is not None and was_found else []
    lead = numbers.leading([one for one in known if one.is_measure], 1)
    clearest: MeasureGroup | None = next((one.group for one in measures if lead and one.name == lead[0].name), None)
    plan = plan_week(faults, who, about, enough_judged=len(judged) >= LEAST_JUDGED, clearest=clearest)
    described = numbers.in_words(known)
    issues = faults if measurement.evidence else findings.findings
    return Report(
        summary=summarise(findings, judged, known, measurement, who),
        top_issues=[
            TopIssue(code=finding.code, title=finding.title, severity=finding.severity, cue=finding.cues[0])
            for finding in issues[:_TOP]
        ],
        drills=plan.drills,
        one_week_plan=plan.days,
        load=plan.load,
        notes=[
            *([_since_last(changes)] if changes else []),
            *([Note(code="ACTION_IN_NUMBERS", title="This action in numbers", text=described)] if described else []),
            *catalogue.notes_for(who),
        ],
        changes=changes,
        repeatability=numbers.repeatability(measures),
    )


def _since_last(changes: Sequence[Change]) -> Note:
    """What changed by more than both errors, and what did not."""
    moved = [change for change in changes if change.is_beyond_error]
    same = [change for change in changes if not change.is_beyond_error]
    parts: list[str] = []
    if moved:
        told = [
            f"{change.title.lower()} {'up' if change.now > change.before else 'down'}"
            f" by {abs(change.now - change.before):.3g}{numbers.SUFFIXES[change.unit]}"
            for change in moved[:_TOLD]
        ]
        more = f" and {len(moved) - _TOLD} more" if len(moved) > _TOLD else ""
        parts.append(f"Changed by more than the error: {', '.join(told)}{more}.")
    if same:
        few = [change.title.lower() for change in same[:_TOLD]]
        more = f" and {len(same) - _TOLD} more" if len(same) > _TOLD else ""
        parts.append(f"No sure change: {', '.join(few)}{more}.")
    return Note(code="SINCE_LAST_VIDEO", title="Since the last video", text=" ".join(parts))
