"""Strokes as batters really play and are filmed: which are found, when the ball is met, and what is said of the hand.

Synthetic ones, whose wrists stray as the pose model's do on gloves, and rendered ones through the whole pipeline.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, all_of, at_most, share_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import RenderedStroke, VideoSource
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import film
from tools.synthetic.motion.batting_keyframes import DEFENCE, DRIVE, PULL, SHOTS
from tools.synthetic.player import Hand, draw_batter

from cricksy.analysis.measure import measure
from cricksy.vocabulary import Discipline, Given, Handedness

SECTION: Final = "Strokes"
STROKES: Final = 300
RATES: Final = (30.0, 60.0)
SIDE_ON: Final = 30.0
"""Degrees from the side up to which a film counts as side-on."""
FRONT: Final = 60.0
"""Degrees from which it counts as filmed from the front."""
RAISED: Final = 0.65
EVENT_BOUND: Final = 2
"""Frames."""
SIDE_SHARE, FRONT_SHARE = 0.95, 0.80
SIDE_IMPACT_SHARE, IMPACT_SHARE = 0.90, 0.80
"""Of the impacts stated. Soft defences keep both below all of them: their bat takes up to 50 ms for five degrees."""
STATED_SHARE: Final = 0.90
"""Of the strokes found: an answer that states no impact is never wrong."""
HAND_SHARE: Final = 0.5
"""Of those found side-on: an answer that never names a hand is never wrong."""
SURE: Final = 0.5
HIDDEN_ALWAYS: Final = 0.1
"""Share of the strokes in which the bottom hand is never seen."""
RENDERED: Final = (
    RenderedStroke(KEPT_BACK, "right", DRIVE, RAISED),
    RenderedStroke(KEPT_BACK + 1, "left", DRIVE, yaw_deg=180.0),
    RenderedStroke(KEPT_BACK + 2, "right", DEFENCE),
    RenderedStroke(KEPT_BACK + 3, "left", DEFENCE, RAISED, yaw_deg=180.0),
    RenderedStroke(KEPT_BACK + 4, "right", PULL, RAISED),
    RenderedStroke(KEPT_BACK + 5, "left", PULL, yaw_deg=180.0),
    RenderedStroke(KEPT_BACK + 6, "right", DRIVE, yaw_deg=60.0),
    RenderedStroke(KEPT_BACK + 7, "left", PULL, RAISED, yaw_deg=120.0),
)
"""Each batter faces the camera, as his hands are hidden from behind."""


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One stroke: what was seen of it, and the truth. ``late``: frames by which the impact found is after it.

    Equal only to itself.
    """

    seen: Seen
    shot: str
    raised: bool
    yaw_deg: float
    hand: Handedness
    late: float | None

    @property
    def found(self) -> bool:
        measurement = self.seen.measurement
        return measurement.discipline.value is Discipline.BATTING and bool(measurement.events)

    @property
    def wrong_hand(self) -> bool:
        return self.seen.hand not in (None, self.hand)

    @property
    def wrong_and_sure(self) -> bool:
        return self.wrong_hand and self.seen.measurement.handedness.confidence >= SURE


def sources(_setting: Setting) -> list[VideoSource]:
    return list(RENDERED)


def rows(setting: Setting) -> list[Row]:
    synthetic = [played(KEPT_BACK + number) for number in range(STROKES)]
    return [*_synthetic_rows(synthetic), *_rendered_rows([rendered(setting, one) for one in RENDERED])]


def played(seed: int) -> Played:
    """The synthetic stroke of one seed."""
    rng = np.random.default_rng([seed, 11])
    hand: Hand = "left" if rng.random() < 1 / 2 else "right"
    shot = SHOTS[int(rng.integers(len(SHOTS)))]
    raised = rng.random() < 1 / 2
    yaw_deg, fps = float(rng.uniform(0.0, 90.0)), float(rng.choice(RATES))
    faults = Faults(
        jitter=1.0, hands=1.0, bat_hidden=float(rng.uniform(0.0, 1.0)) if rng.random() > HIDDEN_ALWAYS else 1.0
    )
    performance = draw_batter(seed, hand, shot, RAISED if raised else 0.0)
    filmed = film(performance, View(yaw_deg=yaw_deg), fps=fps, phase=float(rng.random()), faults=faults, seed=seed)
    seen = Seen(filmed.track, measure(filmed.track, filmed.video, Given()))
    return _played(
        seen, shot.name, Handedness(hand), filmed.truth.events["impact"], fps=fps, yaw_deg=yaw_deg, raised=raised
    )


def rendered(setting: Setting, source: RenderedStroke) -> Played:
    """One through the whole pipeline."""
    truth = film(source.take().performance, source.take().view, fps=source.fps).truth
    seen = see(setting.store.poses(source))
    impact = truth.events["impact"]
    raised = source.raised > 0.0
    hand = Handedness(source.hand)
    return _played(seen, source.shot.name, hand, impact, fps=source.fps, yaw_deg=source.yaw_deg, raised=raised)


def _played(  # noqa: PLR0913 - what was seen and what is true
    seen: Seen, shot: str, hand: Handedness, impact_s: float, *, fps: float, yaw_deg: float, raised: bool
) -> Played:
    event = next((event for event in seen.measurement.events if event.name == "impact"), None)
    late = None if event is None else (event.t_ms / 1000.0 - impact_s) * fps
    return Played(seen, shot, raised, yaw_deg, hand, late)


def _synthetic_rows(strokes: Sequence[Played]) -> list[Row]:
    side = [one for one in strokes if one.yaw_deg <= SIDE_ON]
    front = [one for one in strokes if one.yaw_deg >= FRONT]
    oblique = [one for one in strokes if SIDE_ON < one.yaw_deg < FRONT]
    found = [one for one in strokes if one.found]
    stated = [one for one in found if one.late is not None]
    near = [one for one in stated if one.late is not None and abs(one.late) <= EVENT_BOUND]
    side_found, side_stated, side_near = (
        [one for one in part if one.yaw_deg <= SIDE_ON] for part in (found, stated, near)
    )
    named = [one for one in side if one.found and one.seen.hand is one.hand]
    return [
        _share(f"found side-on, up to {SIDE_ON:.0f}°", side, side_found, SIDE_SHARE),
        _share("found at an angle", oblique, [one for one in oblique if one.found], FRONT_SHARE),
        _share(f"found from the front, from {FRONT:.0f}°", front, [one for one in front if one.found], FRONT_SHARE),
        _share("impact stated, of those found side-on", side_found, side_stated, STATED_SHARE),
        _share("impact stated, of all found", found, stated, STATED_SHARE),
        _share(
            f"impact within {EVENT_BOUND} frames, of those stated side-on", side_stated, side_near, SIDE_IMPACT_SHARE
        ),
        _share(f"impact within {EVENT_BOUND} frames, of all stated", stated, near, IMPACT_SHARE),
        at_most(
            SECTION,
            f"hand wrong and sure, of {len(strokes)}",
            float(sum(one.wrong_and_sure for one in strokes)),
            bound=0,
            unit="",
            detail=f"; wrong and unsure: {sum(one.wrong_hand and not one.wrong_and_sure for one in strokes)}",
        ),
        _share("hand right, of those found side-on", side_found, named, HAND_SHARE),
    ]


def _share(what: str, all_: Sequence[Played], right: Sequence[Played], bound: float) -> Row:
    missed = Counter(f"{one.shot}, bat {'raised' if one.raised else 'low'}" for one in all_ if one not in right)
    listed = ", ".join(f"{count} {name}" for name, count in missed.most_common())
    return share_of(SECTION, what, len(right), len(all_), bound=bound, detail=f"; not: {listed}" if listed else "")


def _rendered_rows(strokes: Sequence[Played]) -> list[Row]:
    late = ", ".join("none" if one.late is None else f"{one.late:+.1f}" for one in strokes)
    near = [one.late is not None and abs(one.late) <= EVENT_BOUND for one in strokes]
    named = sum(one.seen.hand is one.hand for one in strokes)
    return [
        all_of(SECTION, "rendered: found", [one.found for one in strokes]),
        all_of(SECTION, f"rendered: impact within {EVENT_BOUND} frames", near, detail=f": {late}"),
        all_of(
            SECTION,
            "rendered: hand right or not named",
            [not one.wrong_hand for one in strokes],
            detail=f"; named: {named}",
        ),
    ]
