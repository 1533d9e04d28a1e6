"""A performance before a virtual camera: the landmarks that a perfect pose model would write, faults, and the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from tools.synthetic import landmarks as lm
from tools.synthetic import measures
from tools.synthetic.camera import Camera, View
from tools.synthetic.faults import NONE, SEEN, Faults, spoil
from tools.synthetic.geometry import Array
from tools.synthetic.measures import Measures
from tools.synthetic.performance import Performance

from cricksy.analysis.skeleton import BLAZEPOSE33, Side
from cricksy.analysis.track import Track, VideoFacts
from cricksy.vocabulary import Discipline, Handedness

SIDE_ON = View()


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a video. Times are seconds on the clock of the track.

    Attributes:
        discipline: ``None`` where the player only walks or stands, and then so is all that depends on it.
        handedness: of the player.
        front: the leg nearer to the target at release or impact.
        arm: the bowling arm, or the batter's front one.
        events: continuous time of each event, by its name.
        measures: the values that the metrics are after, in space.
        head_in_picture_pct: ``measures.head_pct`` of what a video without perspective can show of it.
        t_s: (n,) of the frames.
        joints_m: (n, 33, 3) landmarks in space.
        landmarks_px: (n, 33, 2) landmarks in the image, without faults.
        knee_deg: (n, 2) left and right knee in space.
        knee_in_picture_deg: (n, 2) left and right knee as the image shows them.
        humerus_deg: (n, 2) elevation of the left and the right upper arm in space.
        balance: (n,) see ``Measures.balance``; ``None`` without a front leg.
        yaw_deg: of the camera.
    """

    discipline: Discipline | None
    handedness: Handedness | None
    front: Side | None
    arm: Side | None
    events: Mapping[str, float]
    measures: Measures | None
    head_in_picture_pct: float | None
    t_s: Array
    joints_m: Array
    landmarks_px: Array
    knee_deg: Array
    knee_in_picture_deg: Array
    humerus_deg: Array
    balance: Array | None
    yaw_deg: float


@dataclass(frozen=True, slots=True)
class Filmed:
    """What the analysis gets, and what it does not: the truth."""

    track: Track
    video: VideoFacts
    truth: Truth


def film(  # noqa: PLR0913 - the settings of one shot, each named at the call and with a default
    performance: Performance,
    view: View = SIDE_ON,
    *,
    fps: float = 60.0,
    phase: float = 0.0,
    clip: tuple[float, float] | None = None,
    later_s: float = 0.0,
    faults: Faults = NONE,
    seed: int = 0,
    people: int = 1,
    aim: Array | None = None,
) -> Filmed:
    """Film a performance.

    Args:
        performance: who does what.
        view: from where, how large, in what image.
        fps: frames a second.
        phase: 0–1, how far the first frame lies into the first frame interval.
        clip: first and last second of the performance; all of it when left out.
        later_s: seconds on the video's clock at the start of the clip.
        faults: what the pose model gets wrong.
        seed: of the faults.
        people: how many the pose model is said to have seen.
        aim: what the camera looks at, (3,) metres: the middle of the action unless a bystander to another is filmed.
    """
    start, end = clip or (0.0, performance.action.duration)
    t = start + (np.arange(frame_count(end - start, fps), dtype=np.float64) + phase) / fps
    camera = view.camera(performance.action.centre if aim is None else aim)
    truth = _truth(performance, camera, view.yaw_deg, t, later_s - start)
    trunk_px = view.px_per_m * float(np.linalg.norm(truth.joints_m[0, lm.SHOULDER] - truth.joints_m[0, lm.HIP]))
    depth = camera.project(truth.joints_m)[..., 2:]
    nearer = view.px_per_m * (depth - depth[:, lm.HIP, None])
    landmarks = np.concatenate([truth.landmarks_px, nearer, np.full_like(nearer, SEEN)], axis=-1)
    spoilt = spoil(landmarks, t, trunk_px, faults, np.random.default_rng(seed), bottom_hand=_hand(performance))
    track = Track(
        frame=np.arange(len(t)),
        t_ms=truth.t_s * 1000.0,
        landmarks=spoilt,
        model=np.zeros(len(t), dtype=np.int64),
        model_names=("perfect",),
        width=view.width,
        height=view.height,
    )
    return Filmed(track, container(track, fps, people), truth)


def _hand(performance: Performance) -> Side:
    return Side.RIGHT if performance.action.hand == "r" else Side.LEFT


def frame_count(seconds: float, fps: float) -> int:
    """Whole frames that begin within a time, but for what floating point makes of it."""
    return int(seconds * fps + 1e-6)


def _truth(performance: Performance, camera: Camera, yaw_deg: float, t: Array, shift_s: float) -> Truth:
    action, events = performance.action, performance.events()
    played = bool(events)
    front, arm = measures.front_and_arm(performance)
    measured = measures.measure(performance) if played else None
    joints = measures.joints_at(performance, t)
    pixels = camera.project(joints)[..., :2]
    hand = Handedness.RIGHT if action.hand == "r" else Handedness.LEFT
    return Truth(
        discipline=Discipline(action.name) if played else None,
        handedness=hand if played else None,
        front=front if played else None,
        arm=arm if played else None,
        events={name: when + shift_s for name, when in events.items()},
        measures=measured,
        head_in_picture_pct=_head_in_picture(performance, camera, measured) if measured else None,
        t_s=t + shift_s,
        joints_m=joints,
        landmarks_px=pixels,
        knee_deg=measures.knee_angles(joints),
        knee_in_picture_deg=measures.knee_angles(pixels),
        humerus_deg=measures.humerus_elevations(joints, measures.upper_arm_lengths(performance)),
        balance=measures.balance(joints, front) if played else None,
        yaw_deg=yaw_deg,
    )


def _head_in_picture(performance: Performance, camera: Camera, measured: Measures) -> float:
    flat = measures.action_joints(performance) @ camera.rotation[:2].T
    return measures.unsteadiness(flat, straight="ball_release" in performance.events()) / measured.scale_m * 100.0


def container(track: Track, fps: float, people: int | None = 1, *, truncated: bool = False) -> VideoFacts:
    """What a decoder would say of the track's video."""
    return VideoFacts(
        source_fps=fps,
        width=track.width,
        height=track.height,
        duration_ms=None,
        decoded_ms=float(np.ptp(track.t_ms)) if len(track.t_ms) else 0.0,
        truncated=truncated,
        rotation=0,
        people_seen=people,
    )


def mirrored(track: Track) -> Track:
    """The twin of the other hand, who runs the other way: the mirror image, left and right exchanged."""
    landmarks = track.landmarks[:, BLAZEPOSE33.mirror_order]
    landmarks[..., 0] = track.width - landmarks[..., 0]
    return replace(track, landmarks=landmarks)
