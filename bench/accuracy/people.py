"""Two people in the image: who is the player."""

from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy import real
from bench.accuracy.controls import CAPTURE
from bench.accuracy.edit import LONGEST_SIDE
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import Accompanied, Clip, Rendered, VideoSource
from tools.synthetic.film import film

from cricksy.analysis.coaching.findings import find
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import FloatArray, IntArray, Track

SECTION: Final = "Two people"
WITHOUT_ACTION: Final = (("general", "two_people.mp4"), ("general", "rooftop_two_people_vp9.mp4"))
BYSTANDER: Final = ("reference", "cam01.mp4")
BYSTANDER_PART: Final = (0.15, 0.12, 0.65, 0.68)
"""A man who balances on one leg, and where in his video: larger than any bowler."""
BEHIND: Final = Rendered(KEPT_BACK + 4, "bowling", "right", passing="far")
"""Somebody walks along with the bowler, beyond him."""
IN_FRONT: Final = Rendered(KEPT_BACK + 4, "bowling", "right", passing="near")
"""The same between him and the camera: from the gather to the release he hides most of the bowler."""
BEFORE_S, AFTER_S = 0.5, 0.2
"""The action around its release: from before the back foot lands until the arm has come down."""


def sources(setting: Setting) -> list[VideoSource]:
    return [BEHIND, IN_FRONT, *map(Clip, _without_action(setting)), *_accompanied(setting)]


def rows(setting: Setting) -> list[Row]:
    passed = [_behind(setting), _in_front(setting)]
    videos = _accompanied(setting)
    if not videos:
        return [
            *passed,
            absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with bowling/ and reference/"),
        ]
    chosen: list[bool] = []
    whole: list[bool] = []
    events: list[bool] = []
    truth = {delivery.file: delivery for delivery in real.deliveries(setting)}
    for beside in videos:
        seen = see(setting.store.poses(beside))
        frames = _action_frames(seen.track, truth[beside.file].release)
        right = _is_bowler(seen.track, frames)
        chosen += right
        whole.append(bool(right) and all(right))
        release = seen.event_frame("ball_release")
        events.append(release is not None and abs(release - truth[beside.file].release) <= real.RELEASE_TOLERANCE)
    without = [(clip.stem, see(setting.store.poses(Clip(clip)))) for clip in _without_action(setting)]
    return [
        *passed,
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


def _behind(setting: Setting) -> Row:
    """Which of the two is followed while the bowler bowls: the one whose true hips are nearer."""
    take = BEHIND.take()
    if take.bystander is None:
        raise TypeError
    player = film(take.performance, take.view, fps=take.fps).truth
    other = film(take.bystander, take.view, fps=take.fps, aim=take.performance.action.centre).truth
    seen = see(setting.store.poses(BEHIND))
    samples = _action_frames(seen.track, round(player.events["ball_release"] * take.fps))
    frames = seen.track.frame[samples]
    hips = _hips(seen.track.landmarks[samples])
    off, off_other = (
        np.linalg.norm(hips - _hips(one.landmarks_px[frames]), axis=1).tolist() for one in (player, other)
    )
    right = [mine < others for mine, others in zip(off, off_other, strict=True)]
    return all_of(SECTION, f"rendered, {BEHIND.label}: frames of the action that show the bowler", right)


def _in_front(setting: Setting) -> Row:
    what = f"rendered, {IN_FRONT.label} and hiding the bowler: nothing is made up of the two"
    return all_of(SECTION, what, [_is_no_cricket(see(setting.store.poses(IN_FRONT)))])


def _hips(landmarks: FloatArray) -> FloatArray:
    """(n, 2) the middle of the hips of landmarks (n, 33, …)."""
    return np.asarray(landmarks[:, Joint.HIP : Joint.HIP + 2, :2].mean(axis=1))


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
    """Whether the hips lie in the clip's own part of the image, not in the strip that was added on its left."""
    return [bool(x > track.width - LONGEST_SIDE) for x in _hips(track.landmarks[samples])[:, 0]]
