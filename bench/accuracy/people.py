"""Two people in the picture: who is the player."""

from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy import real
from bench.accuracy.controls import CAPTURE
from bench.accuracy.edit import LONGEST_SIDE
from bench.accuracy.films import Accompanied, Clip, FilmSource, Rendered
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK
from tools.synthetic.film import film

from cricksy.analysis.findings import find
from cricksy.analysis.landmarks import Joint
from cricksy.analysis.track import IntArray, Track

SECTION: Final = "Two people"
WITHOUT_ACTION: Final = (("general", "two_people.mp4"), ("general", "rooftop_two_people_vp9.mp4"))
BYSTANDER: Final = ("reference", "cam01.mp4")
BYSTANDER_PART: Final = (0.15, 0.12, 0.65, 0.68)
"""A man who balances on one leg, and where in his film: larger than any bowler."""
PASSING: Final = Rendered(KEPT_BACK + 4, "bowling", "right", passing="near")
TRUNK_M: Final = 0.5
"""Metres from hips to shoulders of an adult: hips that far off are somebody else's."""
BEFORE_S, AFTER_S = 0.5, 0.2
"""The action around its release: from before the back foot lands until the arm has come down."""


def sources(setting: Setting) -> list[FilmSource]:
    return [PASSING, *map(Clip, _without_action(setting)), *_accompanied(setting)]


def rows(setting: Setting) -> list[Row]:
    passed = _passed(setting)
    films = _accompanied(setting)
    if not films:
        return [
            passed,
            absent(SECTION, "no clips: CRICKSY_CLIPS names no folder with bowling/ and reference/"),
        ]
    chosen: list[bool] = []
    whole: list[bool] = []
    events: list[bool] = []
    truth = {delivery.file: delivery for delivery in real.deliveries(setting)}
    for beside in films:
        seen = see(setting.store.poses(beside))
        frames = _action_frames(seen.track, truth[beside.file].release)
        right = _is_bowler(seen.track, frames)
        chosen += right
        whole.append(bool(right) and all(right))
        release = seen.event_frame("ball_release")
        events.append(release is not None and abs(release - truth[beside.file].release) <= real.RELEASE_TOLERANCE)
    without = [(clip.stem, see(setting.store.poses(Clip(clip)))) for clip in _without_action(setting)]
    return [
        passed,
        all_of(SECTION, "bowler beside a larger man: frames of the action that show the bowler", chosen),
        all_of(SECTION, "bowler beside a larger man: clips in which each frame does", whole),
        all_of(SECTION, "bowler beside a larger man: release within 1 frame", events),
        all_of(
            SECTION,
            f"two people and no cricket, none found and nothing judged ({', '.join(name for name, _ in without)})",
            [_is_no_cricket(seen) for _, seen in without],
            f"0/{len(without)}",
        ),
    ]


def _is_no_cricket(seen: Seen) -> bool:
    """A somersault is a quick action, whose numbers may be given; but it is no delivery and no stroke."""
    found = find(seen.measurement)
    judged = found.strengths or not CAPTURE.issuperset(finding.code for finding in found.findings)
    return seen.measurement.discipline.value is None and not seen.measurement.events and not judged


def _passed(setting: Setting) -> Row:
    """Which of the two is followed while the bowler bowls: the nearer to the true hips is taken for the player."""
    take = PASSING.take()
    player = film(take.performance, take.view, fps=take.fps).truth
    seen = see(setting.store.poses(PASSING))
    samples = _action_frames(seen.track, round(player.events["ball_release"] * take.fps))
    hips = seen.track.landmarks[samples, Joint.HIP : Joint.HIP + 2, :2].mean(axis=1)
    true = player.landmarks_px[seen.track.frame[samples], Joint.HIP : Joint.HIP + 2].mean(axis=1)
    trunk_px = TRUNK_M * take.view.px_per_m
    right = [bool(off <= trunk_px) for off in np.linalg.norm(hips - true, axis=1)]
    return all_of(SECTION, f"rendered, {PASSING.label}: frames of the action that show the bowler", right)


def _without_action(setting: Setting) -> list[Path]:
    return [clip for parts in WITHOUT_ACTION if (clip := setting.clip(*parts)) is not None]


def _accompanied(setting: Setting) -> list[Accompanied]:
    bystander = setting.clip(*BYSTANDER)
    if bystander is None:
        return []
    return [Accompanied(delivery.file, bystander, BYSTANDER_PART) for delivery in real.deliveries(setting)]


def _action_frames(track: Track, release: int) -> IntArray:
    """Indices of the samples from ``BEFORE_S`` before the true release to ``AFTER_S`` after it."""
    release_ms = float(np.interp(release, track.frame, track.t_ms))
    since_s = (track.t_ms - release_ms) / 1000.0
    return np.flatnonzero((since_s >= -BEFORE_S) & (since_s <= AFTER_S))


def _is_bowler(track: Track, samples: IntArray) -> list[bool]:
    """Whether the hips lie in the clip's own part of the picture, not in the strip that was added on its left."""
    hips = track.landmarks[samples, Joint.HIP : Joint.HIP + 2, 0].mean(axis=1)
    return [bool(x > track.width - LONGEST_SIDE) for x in hips]
