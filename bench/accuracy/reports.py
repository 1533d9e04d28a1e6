"""Whether reports tell players apart: the real deliveries and 24 drawn players, each film as shot and mirrored.

Mirrored by the file's display matrix, whose images are the very same, and by images that are encoded again. The first
shows what the side does to a report, the second what the side and another encoding do.

A report's words are its summary, findings, notes and week. Two films of one discipline differ most in the measure of
which both reports state a number in one unit, and whose difference is the largest for the joint error, the root of the
sum of the squares of both. A report names a measure where its words, not its tables, tell title and number. Films of
two disciplines have no measure in common.

Half of the drawn bowlers are fast and half are spinners; the height is told and the age goes with it. Of the real ones
nothing is told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import hypot
from typing import Final

from bench.accuracy import real
from bench.accuracy.differing import Differing
from bench.accuracy.rendered import FAR_SIDE
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import Changed, Clip, VideoSource

from cricksy.analysis.coaching.about import About
from cricksy.analysis.coaching.catalogue import CATALOGUE
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.numbers import Number, leading, most_different, numbers_of
from cricksy.analysis.coaching.report import write_report
from cricksy.results.coaching import Finding, Findings, Report
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle, Given

SECTION: Final = "Reports that tell players apart"
SEEDS: Final = KEPT_BACK + 5000
BOWLERS, BATTERS = 14, 10
PRIORITIES: Final = 8
"""Different first priorities or leading numbers that are asked for."""
WITHIN: Final = 0.9
"""Of the pairs of values of one player, at least."""
OLDEST: Final[Mapping[AgeGroup, int]] = {
    AgeGroup.U11: 138,
    AgeGroup.U13: 150,
    AgeGroup.U15: 163,
    AgeGroup.U17: 172,
    AgeGroup.U19: 177,
}
"""Centimetres up to which a drawn player is of an age group: about the height of half of the boys of its last year."""


@dataclass(frozen=True, slots=True)
class Told:
    """A film, what was told of its player, and what is said of him."""

    name: str
    seen: Seen
    findings: Findings
    report: Report
    numbers: Sequence[Number]

    @property
    def words(self) -> str:
        """All sentences, in the order in which they are read."""
        found = [*self.findings.findings, *self.findings.strengths]
        return "\n".join(
            [
                self.report.summary,
                *(f"{issue.title}: {issue.cue}" for issue in self.report.top_issues),
                *(text for finding in found for text in _texts(finding)),
                *self.findings.capture_quality.notes,
                *(f"{note.title}: {note.text}" for note in self.report.notes),
                *(f"{day.focus}: {', '.join(day.drills)}" for day in self.report.one_week_plan),
            ]
        )

    @property
    def first(self) -> str:
        """The first fault, or else the number that leads; by their names alone."""
        if self.faults:
            return self.faults[0]
        known = [one for one in self.numbers if one.is_measure]
        return next((one.name for one in leading(known, 1)), "nothing")

    @property
    def faults(self) -> list[str]:
        return [f"{one.code} {one.severity}" for one in self.findings.findings if one.metric is not None]

    @property
    def verdict(self) -> tuple[str, ...]:
        """Priorities in their order, strengths and the level."""
        strengths = (f"{one.code} strong" for one in self.findings.strengths)
        return *self.faults, *strengths, f"level {self.findings.overall_level}"

    def states(self, name: str, words: str) -> bool:
        """Whether ``words`` state the number of a measure by its title."""
        return any(one.named.lower() in words.lower() for one in self.numbers if one.name == name)


def players() -> dict[Differing, Given]:
    """The drawn players' films, and what the coach says of each."""
    found: dict[Differing, Given] = {}
    for place in range(BOWLERS + BATTERS):
        bowls = place < BOWLERS
        left = place % 4 == 3 if bowls else (place - BOWLERS) % 3 == 2  # noqa: PLR2004 - one bowler in four, one batter in three
        # A batter turns his back to a camera on the other side, and hides his hands.
        far = place % 3 == 2 if bowls else left  # noqa: PLR2004 - one bowler in three
        film = Differing(
            SEEDS + place,
            "bowling" if bowls else "batting",
            "left" if left else "right",
            FAR_SIDE if far else 0.0,
        )
        height_cm = round(100.0 * film.take().performance.body.stature)
        style = (BowlingStyle.PACE if place % 2 == 0 else BowlingStyle.SPIN) if bowls else None
        found[film] = Given(height_cm=height_cm, age_group=_age(height_cm), bowling_style=style)
    return found


def films(setting: Setting) -> dict[VideoSource, Given]:
    files = [delivery.file for delivery in real.deliveries(setting)]
    others = [clip for name in real.OTHERS if (clip := setting.clip("bowling", f"{name}.mp4")) is not None]
    return {**dict.fromkeys(map(Clip, [*files, *others]), Given()), **players()}


def sources(setting: Setting) -> list[VideoSource]:
    return [made for film in films(setting) for made in (film, *_both(film))]


def rows(setting: Setting) -> list[Row]:
    all_films = films(setting)
    told = [_tell(setting, film, given) for film, given in all_films.items()]
    others = [[_tell(setting, other, given) for other in _both(film)] for film, given in all_films.items()]
    reflected, mirrored = ([(one, pair[place]) for one, pair in zip(told, others, strict=True)] for place in (0, 1))
    missing = [] if real.deliveries(setting) else [absent(SECTION, "the real deliveries: CRICKSY_CLIPS names none")]
    same = [*_the_same("mirrored by its display matrix", reflected), *_the_same("mirrored and encoded again", mirrored)]
    return [*missing, *_apart(told), *_naming(told), *same]


def _age(height_cm: int) -> AgeGroup:
    return next((age for age, tallest in OLDEST.items() if height_cm <= tallest), AgeGroup.ADULT)


def _both(film: VideoSource) -> tuple[Changed, Changed]:
    return Changed(film, "reflected"), Changed(film, "mirrored")


def _tell(setting: Setting, film: VideoSource, given: Given) -> Told:
    seen = see(setting.store.poses(film), given)
    player = PlayerFacts(height_cm=given.height_cm, age_group=given.age_group, bowling_style=given.bowling_style)
    measurement, about = seen.measurement, About(player=player, deliveries=int(seen.bowling))
    findings = find(measurement, about)
    report = write_report(findings, measurement, about, measurement.measures)
    numbers = numbers_of(measurement.metrics, measurement.measures, height_cm=given.height_cm)
    return Told(film.name, seen, findings, report, numbers)


def _texts(finding: Finding) -> list[str]:
    return [finding.headline or "", finding.title, finding.why_it_matters, *finding.cues, finding.evidence.what or ""]


def _apart(told: Sequence[Told]) -> list[Row]:
    n = len(told)
    distinct, without_numbers = len({one.words for one in told}), len({_without_numbers(one.words) for one in told})
    firsts = {one.first for one in told}
    return [
        Row(
            SECTION,
            "different reports",
            f"{distinct} of {n}; {without_numbers} where no number is read",
            "1",
            f"{n} of {n}",
            distinct == n,
        ),
        Row(
            SECTION,
            "different first priorities, or numbers that lead, by their names alone",
            f"{len(firsts)}",
            "1",
            f"≥ {PRIORITIES}",
            len(firsts) >= PRIORITIES,
        ),
    ]


def _naming(told: Sequence[Told]) -> list[Row]:
    """Of each two films of one discipline, whether the measure is told in which they differ most."""
    in_words: list[bool] = []
    in_summary: list[bool] = []
    beyond: list[bool] = []
    nothing = 0
    for one, other in combinations(told, 2):
        if one.seen.measurement.discipline.value != other.seen.measurement.discipline.value:
            continue
        change = most_different(*([n for n in film.numbers if n.is_measure] for film in (one, other)))
        if change is None:
            nothing += 1
            continue
        in_words.append(any(film.states(change.name, film.words) for film in (one, other)))
        in_summary.append(any(film.states(change.name, film.report.summary) for film in (one, other)))
        beyond.append(change.is_beyond_error)
    return [
        all_of(
            SECTION,
            "pairs of one discipline of which the words name the measure in which they differ most",
            in_words,
            detail=f"; {nothing} more have none in common; {sum(beyond)} differ by more than the joint error",
        ),
        Row(SECTION, "the same, by the summary alone", f"{sum(in_summary)}/{len(in_summary)}"),
    ]


def _the_same(how: str, pairs: Sequence[tuple[Told, Told]]) -> list[Row]:
    row = partial(all_of, SECTION)
    swapped = [{one.seen.hand, other.seen.hand} == {"right", "left"} for one, other in pairs]
    within = [is_within for pair in pairs for is_within in _within(*pair)]
    share = sum(within) / len(within) if within else 0.0
    verdicts = [one.verdict == other.verdict for one, other in pairs]
    words = [_neutral(one.words) == _neutral(other.words) for one, other in pairs]
    return [
        row(f"{how}: the other hand", swapped, detail=_listed(pairs, swapped)),
        Row(
            SECTION,
            f"{how}: measures within both errors",
            f"{sum(within)}/{len(within)}",
            required=f"≥ {WITHIN:.0%}",
            met=share >= WITHIN,
        ),
        row(f"{how}: the same priorities, severities, strengths and level", verdicts, detail=_listed(pairs, verdicts)),
        row(f"{how}: the same words but for left, right, numbers and how sure", words, detail=_listed(pairs, words)),
    ]


def _within(one: Told, other: Told) -> list[bool]:
    theirs = {number.name: number for number in other.numbers if number.is_measure}
    return [
        abs(mine.value - theirs[mine.name].value) <= hypot(mine.error, theirs[mine.name].error)
        for mine in one.numbers
        if mine.name in theirs
    ]


def _without_numbers(words: str) -> str:
    return re.sub(r"-?\d+(\.\d+)?", "#", words)


def _neutral(words: str) -> str:
    """Without numbers and sides, and as if all was sure: how sure a value is decides how it is worded."""
    sided = re.sub(r"\b(left|right)\b", "one", _without_numbers(words), flags=re.IGNORECASE).lower()
    for advice in CATALOGUE.advice:
        for one in (advice, advice.strength):
            if one is not None:
                sided = sided.replace(one.tentative_title.lower(), one.title.lower())
    return sided


def _listed(pairs: Sequence[tuple[Told, Told]], right: Sequence[bool]) -> str:
    wrong = [one.name.rpartition(".")[0] or one.name for (one, _), fine in zip(pairs, right, strict=True) if not fine]
    return f" (not {', '.join(wrong)})" if wrong else ""
