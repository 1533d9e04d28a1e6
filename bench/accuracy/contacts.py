"""Contacts of deliveries with short and long strides, walked in and run in, and of strokes: none while the foot moves.

The same bowlers also test whether a short stride costs the knee's confidence, which would take it for a film at an
angle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from bench.accuracy.seen import KNEE, Seen
from bench.accuracy.setting import Setting
from bench.accuracy.strokes import RAISED
from bench.accuracy.table import Row, at_most, share_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import VideoSource
from tools.synthetic import measures
from tools.synthetic.body import Side as BodySide
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import film
from tools.synthetic.motion.batting_keyframes import SHOTS
from tools.synthetic.motion.bowling import Bowling
from tools.synthetic.performance import Performance
from tools.synthetic.player import Hand, draw_batter, draw_body, draw_delivery

from cricksy.analysis.measure import measure
from cricksy.analysis.skeleton import Joint, Side
from cricksy.results.measurements import EventName
from cricksy.vocabulary import Given

SECTION: Final = "Contacts of every stride"
PLAYERS: Final = 200
STROKES: Final = 100
STRIDES: Final = (0.55, 1.52)
"""Times the keyframes' steps: 30 to 90 % of height from foot to foot."""
TEMPI: Final = (0.28, 1.62)
"""Times the keyframes' speed."""
RATES: Final = (30.0, 60.0, 120.0)
STILL: Final = 0.05
"""Of H, in two frames of 30 fps."""
STILL_S: Final = 1 / 15
SHORT, LONG = 0.45, 0.65
"""Of height: strides below and above."""
CONFIDENCE: Final = 0.05
"""By which knees of short strides may be less sure than those of long ones."""
CONTACTS: Final[tuple[EventName, ...]] = ("back_foot_contact", "front_foot_contact")
STATED: Final[dict[EventName, float]] = {"back_foot_contact": 0.9, "front_foot_contact": 0.95}
"""Of the deliveries: 191 and 199 of 200 were when this was set."""
STROKES_STATED: Final = 0.5
"""Of the strokes: 60 of 100 were when this was set, two standard deviations of such a share above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """One action: what was seen of it, and the truth. ``late_frames``: by which the contacts found are after it."""

    performance: Performance
    seen: Seen
    front: Side
    late_frames: dict[EventName, float]

    def stated_s(self, name: EventName) -> float | None:
        """Seconds of an event as it was published."""
        return next((event.t_ms / 1000.0 for event in self.seen.measurement.events if event.name == name), None)

    def moves(self, name: EventName, t_s: float) -> bool:
        """Whether heel, ankle and toe of the foot that ``name`` is about all move on after ``t_s``."""
        side = self.front if name == "front_foot_contact" else self.front.other
        joints = measures.joints_at(self.performance, np.array([t_s, t_s + STILL_S]))
        foot = joints[:, [Joint.ANKLE + side, Joint.HEEL + side, Joint.TOE + side]]
        way = np.linalg.norm(foot[1] - foot[0], axis=-1) / measures.scale(joints)
        return bool(way.min() > STILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bowled(Landed):
    """One delivery. ``run_up``: m/s. ``stride``: of the height, foot to foot."""

    stride: float
    run_up: float


def sources(_setting: Setting) -> list[VideoSource]:
    return []


def rows(_setting: Setting) -> list[Row]:
    players = [bowled(KEPT_BACK + seed) for seed in range(PLAYERS)]
    strides, run_ups = [one.stride for one in players], [one.run_up for one in players]
    whose = (
        f"strides of {min(strides):.0%} to {max(strides):.0%} of height, {min(run_ups):.1f} to {max(run_ups):.1f} m/s"
    )
    found = [
        row
        for name in CONTACTS
        for row in contact_rows(name, players, name.replace("_", " "), STATED[name], f", {whose}")
    ]
    strokes = [batted(KEPT_BACK + seed) for seed in range(STROKES)]
    landed = contact_rows("front_foot_contact", strokes, "strokes: front foot contact", STROKES_STATED)
    return [*found, _knee_row(players), *landed]


def bowled(seed: int) -> Bowled:
    """The delivery of one seed, filmed side-on with the model's usual jitter at one of ``RATES``."""
    rng = np.random.default_rng([seed, 7])
    hand: BodySide = "l" if rng.random() < 1 / 4 else "r"
    body = draw_body(rng)
    delivery = replace(draw_delivery(rng), stride=rng.uniform(*STRIDES), tempo=rng.uniform(*TEMPI))
    performance = Performance(body, Bowling(body, hand, delivery))
    fps = float(rng.choice(RATES))
    filmed = film(performance, View(), fps=fps, phase=float(rng.random()), faults=Faults(jitter=1.0), seed=seed)
    seen = Seen(filmed.track, measure(filmed.track, filmed.video, Given()))
    events = filmed.truth.events
    before = events["back_foot_contact"]
    joints = measures.joints_at(performance, np.array([before - 0.2, before, events["front_foot_contact"]]))
    hips = joints[:, [Joint.HIP, Joint.HIP + 1], 0].mean(axis=1)
    ankles = joints[2, [Joint.ANKLE, Joint.ANKLE + 1], 0]
    return Bowled(
        performance=performance,
        seen=seen,
        front=Side(filmed.truth.front or 0),
        stride=float(abs(ankles[1] - ankles[0]) / body.stature),
        run_up=float(abs(hips[1] - hips[0]) / 0.2),
        late_frames=_late(seen, events, fps),
    )


def batted(seed: int) -> Landed:
    """The stroke of one seed, filmed side-on at one of ``RATES`` with the model's usual errors."""
    rng = np.random.default_rng([seed, 13])
    hand: Hand = "left" if rng.random() < 1 / 2 else "right"
    shot, raised = SHOTS[int(rng.integers(len(SHOTS)))], RAISED if rng.random() < 1 / 2 else 0.0
    performance = draw_batter(seed, hand, shot, raised)
    fps, faults = float(rng.choice(RATES)), Faults(jitter=1.0, hands=1.0, bat_hidden=float(rng.uniform(0.0, 1.0)))
    filmed = film(performance, View(), fps=fps, phase=float(rng.random()), faults=faults, seed=seed)
    seen = Seen(filmed.track, measure(filmed.track, filmed.video, Given()))
    late_frames = _late(seen, filmed.truth.events, fps)
    return Landed(performance=performance, seen=seen, front=Side(filmed.truth.front or 0), late_frames=late_frames)


def _late(seen: Seen, true_s: Mapping[str, float], fps: float) -> dict[EventName, float]:
    stated = seen.instants()
    return {name: (stated[name] - true_s[name]) * fps for name in CONTACTS if name in stated and name in true_s}


def contact_rows(name: EventName, players: Sequence[Landed], label: str, least: float, whose: str = "") -> list[Row]:
    """None may be stated while the foot moves, and the share ``least``, 0–1, has to be stated at all."""
    stated = [(one, t_s) for one in players if (t_s := one.stated_s(name)) is not None]
    moving = sum(one.moves(name, t_s) for one, t_s in stated)
    late = np.abs([one.late_frames[name] for one in players if name in one.late_frames])
    what = f"{label} stated while the foot moves, of {len(players)}"
    return [
        at_most(SECTION, what, float(moving), bound=0, unit="", detail=whose),
        share_of(SECTION, f"{label} stated, of {len(players)}", len(stated), len(players), bound=least),
        Row(
            SECTION,
            f"{label}: error, middle and nine in ten",
            f"{np.median(late):.2f}, {np.percentile(late, 90):.2f} frames" if len(late) else None,
        ),
    ]


def _knee_row(players: Sequence[Bowled]) -> Row:
    short = _confidences([one for one in players if one.stride < SHORT])
    long = _confidences([one for one in players if one.stride > LONG])
    return at_most(
        SECTION,
        "confidence of the front knee lost by a short stride",
        float(np.mean(long) - np.mean(short)),
        bound=CONFIDENCE,
        unit="",
        detail=f": {np.mean(short):.2f} below {SHORT:.0%} of height, {np.mean(long):.2f} above {LONG:.0%};"
        f" {len(short)} and {len(long)} knees",
    )


def _confidences(players: Sequence[Bowled]) -> list[float]:
    """Of the knees that have a value."""
    knees = [one.seen.metric(KNEE) for one in players]
    return [knee.confidence for knee in knees if knee.value is not None]
