"""Notes of the video: whatever is wrong with it, no two of them contradict each other, and none asks what another does.

Every case that the analysis can make, with each fault that a note is about.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Final, Literal, get_args

import msgspec
import numpy as np
import pytest
from tests.support.scored import BASE
from tools.synthetic import stick
from tools.synthetic.film import container

from cricksy.analysis.clock import slowed
from cricksy.analysis.coaching.capture_quality import SHORTEST_S, find_problems, quality
from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.slow_motion.judge import Judgement, of_stored
from cricksy.results.measurements import SlowMotion, SlowMotionPart
from cricksy.vocabulary import CameraView, Discipline, Given, Handedness

Seen = Literal["action", "unmeasured action", "fastest moment", "no action", "seldom", "nobody"]
Doubt = Literal["none", "what was said", "corrections"]

# Notes that must not be given together: by words of each.
CONTRADICTIONS: Final = (
    ("Nobody could be seen", "more than one person"),
    ("Nobody could be seen", "was measured"),
    ("Nobody could be seen", "×, and at that speed"),
    ("Nobody could be seen", "was seen in only"),
    ("it looks filmed from the side", "Film from the side"),
    ("it looks filmed from the side", "batting or bowling from the side"),
    ("it looks filmed from the side", "shows batting, from the side"),
    ("ome closer", "Leave room"),
    ("is too short", "frames a second were read"),
    # Each of these counts what the other leaves out.
    ("only the main player was measured", "each missing action"),
    ("only one of the takes", "each missing action"),
    # Who is asked how fast it was shot is not told how fast it is, nor that it is not slowed.
    ("×, ", "Film at 60"),
    ("are too few", "this video has"),
    ("this video shows", "this video has"),
    ("If it was shot at more", "this video has"),
    ("is measured as shot at", "If it was shot at more"),
    ("is measured as shot at", "If the video is slowed"),
    ("only for a slowed video", "×, "),
    ("only for a slowed video", "is measured as shot at"),
    ("nothing is judged by them", "You said bowling"),
    ("nothing is judged by them", "was found, but"),
)
DENIED_FPS: Final = 10.0
SPEEDS: Final = (
    SlowMotion(factor=1.0, source="inferred", confidence=0.95),
    SlowMotion(factor=4.0, source="inferred", confidence=0.95),
    SlowMotion(factor=1.0, source="none", confidence=0.0),
    # The player may be slowed, or denies the tag that a video has.
    SlowMotion(factor=1.0, source="none", confidence=0.7, seems=4.0),
    SlowMotion(factor=4.0, source="none", confidence=0.7, seems=4.0),
    SlowMotion(factor=1.0, source="tag", confidence=0.95),
    SlowMotion(factor=4.0, source="tag", confidence=0.95),
    SlowMotion(factor=1.0, source="given", confidence=1.0, given_fps=30.0),
    SlowMotion(factor=17.0, source="given", confidence=1.0, given_fps=1000.0),
)
SAID: Final = (
    *SPEEDS,
    *(msgspec.structs.replace(speed, given_fps=DENIED_FPS) for speed in SPEEDS if speed.source != "given"),
)
# What is said of the view, and what it looks like.
VIEWS: Final = (
    (CameraView.SIDE, None),
    (CameraView.FRONT, None),
    (CameraView.SIDE, CameraView.FRONT),
    (CameraView.FRONT, CameraView.SIDE),
)
# Shots, actions measured, and shots with one.
SHOTS: Final = ((1, 1, 1), (2, 1, 1), (3, 2, 2), (2, 2, 2))
# Rates of the file, of new images and of the tag.
RATES: Final = ((30.0, None, None), (240.0, 30.0, None), (30.0, 30.0, 120.0), (12.0, 12.0, None), (60.0, 60.0, None))


def seen_as(seen: Seen, base: Measurement) -> Measurement:
    match seen:
        case "action":
            return base
        case "unmeasured action":
            return replace(base, evidence={}, scores={})
        case "fastest moment":
            unknown: Judged[Discipline] = Judged(None, 0.0, None)
            said = base.discipline if base.discipline.shown is not None else unknown
            return replace(base, events=[], discipline=said, corrections_doubted=False)
        case "no action" | "seldom" | "nobody":
            frames = {"no action": base.frames_sampled, "seldom": base.frames_sampled // 5, "nobody": 0}[seen]
            return replace(
                base,
                events=[],
                evidence={},
                scores={},
                frames_detected=frames,
                scale_px=None if seen == "nobody" else base.scale_px,
                whole_body_share=None,
                actions=0,
                shots_measured=0,
                corrections_doubted=False,
            )


def spoilt(doubt: Doubt) -> Measurement:
    """With each fault of the file and each thing denied at once: no note of these hides another."""
    if doubt == "none":
        return BASE
    video = replace(BASE.video, truncated=True, frames_left_out=900, frames_rejected=900)
    hand = Judged(Handedness.LEFT, 0.3, "given", Handedness.RIGHT)
    if doubt == "corrections":
        return replace(BASE, video=video, corrections_doubted=True, handedness=hand)
    discipline = Judged(Discipline.BATTING, 0.3, "given", Discipline.BOWLING)
    return replace(BASE, video=video, discipline=discipline, handedness=hand)


def cases(seen: Seen, rates: tuple[float, float | None, float | None], doubt: Doubt) -> Iterator[Measurement]:
    base = spoilt(doubt)
    source, images, tag = rates
    # All but a quarter of a second may be a gap, in which nothing can be found.
    gaps_ms = (0.0, base.video.decoded_ms - 250.0) if seen == "no action" else (0.0,)
    for people, scale, gap_ms in product((1, 3), (60.0, 300.0), gaps_ms):
        video = replace(
            base.video, source_fps=source, image_fps=images, capture_fps=tag, people_seen=people, gap_ms=gap_ms
        )
        filmed = replace(base, video=video, scale_px=scale)
        for share, (shots, actions, measured) in product((0.5, 1.0), SHOTS):
            framed = seen_as(
                seen,
                replace(filmed, whole_body_share=share, shots=shots, actions=actions, shots_measured=measured),
            )
            for (view, shown), speed in product(VIEWS, SAID):
                yield replace(
                    framed,
                    camera_view=Judged(view, 0.4, "given", shown),
                    speed=Judgement(slowed(speed.factor), speed),
                )


@pytest.mark.parametrize("doubt", ["none", "what was said", "corrections"])
@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("seen", get_args(Seen))
def test_no_two_notes_contradict_each_other(
    seen: Seen, rates: tuple[float, float | None, float | None], doubt: Doubt
) -> None:
    for case in cases(seen, rates, doubt):
        problems = find_problems(case)
        notes = [problem.note for problem in problems]
        assert len(set(notes)) == len(notes)
        together = {words for words in {*sum(CONTRADICTIONS, ())} if any(words in note for note in notes)}
        for pair in combinations(together, 2):
            assert pair not in CONTRADICTIONS, notes
            assert pair[::-1] not in CONTRADICTIONS, notes
        # The page calls strokes shots.
        assert not any("shots" in note for note in notes), notes
        assert " ".join(notes).count("capture_fps") <= 1, notes
        # After “For the next video: ” stands what to do.
        wishes = [problem.note for problem in problems if problem.advice and problem.severity != "high"]
        assert all(note.startswith(("Upload", "Film", "Come", "Leave", "Aim")) for note in wishes), wishes
        # A rate is given at upload alone.
        assert [problem.asks for problem in problems] == ["upload it again" in note for note in notes]
        assert not any(problem.asks and "capture_fps" not in problem.note for problem in problems), notes
        assert not any("slowed" in note and " times" in note for note in notes), notes
        if case.events:
            assert not any(note.startswith(("No ", "Nobody")) for note in notes), notes
            assert sum("could not be measured" in note for note in notes) == (not case.evidence), notes
        slow = case.speed.slow_motion
        is_told_to_film_faster = any("Film at 60" in note for note in notes)
        if slow.source == "none" and is_told_to_film_faster:
            assert " ".join(notes).count("capture_fps") == 1, notes
        if slow.source != "none" and case.events:
            assert not any(problem.asks for problem in problems), notes


@pytest.mark.parametrize("told", [None, Discipline.BATTING, Discipline.BOWLING])
@pytest.mark.parametrize("yaw_deg", [0.0, 60.0, 80.0])
@pytest.mark.parametrize("hidden", [slice(25, 33), slice(11, 33), slice(0, 33)])
@pytest.mark.parametrize("who", ["batting", "bowling"])
def test_an_action_is_said_to_be_found_wherever_its_events_are(
    who: Literal["batting", "bowling"], hidden: slice, yaw_deg: float, told: Discipline | None
) -> None:
    """Whatever of the body is hidden while it is performed, and from wherever it is filmed."""
    t = stick.times(60, 2.0)
    pose = stick.bat(stick.Batter(), t) if who == "batting" else stick.bowl(stick.Bowler(), t)
    track = stick.video_of(pose, t, stick.Camera(yaw_deg=yaw_deg))
    landmarks = track.landmarks.copy()
    landmarks[t > 0.3, hidden, 3] = 0.1
    found = measure(replace(track, landmarks=landmarks), container(track, 60.0), Given(discipline=told))
    notes = quality(found).notes
    if found.events:
        assert not any(note.startswith(("No ", "Nobody")) for note in notes), notes
        assert any("keep the whole player in sight" in note for note in notes) == (not found.evidence), notes


def test_a_film_is_too_short_by_the_seconds_in_which_it_was_shot() -> None:
    """Slowed as a whole, in part or not at all; a part that is slowed says nothing of the others."""
    t = stick.times(30, 2.4)
    track = stick.video_of(stick.stand(t), t, stick.Camera())
    for whole, slow, times in product((0, 7, 15, 36), (6, 12, 36), (1.0, 2.0, 8.0)):
        start_ms, bound_ms = float(track.t_ms[0]), float(track.t_ms[whole])
        parts = [SlowMotionPart(start_ms=start_ms, factor=1.0), SlowMotionPart(start_ms=bound_ms, factor=times)]
        stored = SlowMotion(factor=times, source="given", confidence=1.0, given_fps=30.0 * times, parts=parts)
        film = track.take(np.arange(whole + slow))
        found = measure(film, container(film, 30.0), Given(capture_fps=30.0 * times), speed=of_stored(stored))
        is_short = (whole + slow / times) / 30.0 < SHORTEST_S
        notes = quality(found).notes
        assert any("is too short" in note for note in notes) == is_short, (whole, slow, times, notes)
