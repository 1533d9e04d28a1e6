"""Deliveries from the side to the front, in steps of 15°: when they are released, and from where they are filmed.

A view is wrong where it is stated with confidence and the camera stood more than 20° off it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, at_most, share_of
from bench.accuracy.trials import KEPT_BACK, player
from bench.accuracy.videos import Rendered, VideoSource
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import Truth, film

from cricksy.analysis.measure import measure
from cricksy.vocabulary import CameraView, Given

SECTION: Final = "Views"
YAWS: Final = (0, 15, 30, 45, 60, 75, 90)
PLAYERS: Final = 12
DISTANCES_M: Final = (7.0, 10.0, 16.0)
RATES: Final = (30, 60)
MODEL: Final = Faults(jitter=1.0, drift=0.045)
"""As BlazePose errs on rendered players, see :mod:`bench.accuracy.measured`."""
PX_PER_M: Final = 200.0
"""All of a run-up is in the image."""
SURE: Final = 0.65
"""From here on a report speaks in plain words, and a view denies the one that a coach told."""
NEAR_DEG: Final = 20.0
RELEASE_BOUND: Final = 2.0
STATED_SHARE: Final = 0.9
"""Of the releases: an answer that states none is never late."""
SURE_SHARE: Final = 0.75
"""Of the views from the side and from the front: one that is never sure is never wrong."""
DIRECTIONS: Final = {CameraView.SIDE: 0.0, CameraView.FRONT: 90.0}
RENDERED: Final = {yaw: Rendered(KEPT_BACK, "bowling", "right", float(yaw)) for yaw in YAWS}


@dataclass(frozen=True, slots=True)
class Filmed:
    """A delivery from a direction. ``late``: frames by which the release is late; ``None`` where none is stated."""

    yaw_deg: int
    late: float | None
    view: CameraView | None
    sure: float

    @property
    def is_wrong(self) -> bool:
        """Whether a view is stated surely and is not the true one."""
        if self.view is None or self.sure < SURE:
            return False
        return self.view not in DIRECTIONS or abs(DIRECTIONS[self.view] - self.yaw_deg) > NEAR_DEG


def sources(_setting: Setting) -> list[VideoSource]:
    return list(RENDERED.values())


def rows(setting: Setting) -> list[Row]:
    found: list[Row] = []
    for yaw in YAWS:
        taken = [filmed(KEPT_BACK + seed, yaw) for seed in range(PLAYERS)]
        found += _rows(f"synthetic, {yaw}° off the side", taken)
    rendered = [_rendered(setting, yaw, source) for yaw, source in RENDERED.items()]
    listed = ", ".join(f"{yaw}°" for yaw in RENDERED)
    return [*found, *_rows(f"rendered, {listed} off the side", rendered)]


def filmed(seed: int, yaw_deg: int) -> Filmed:
    """The delivery of one seed, from one of ``DISTANCES_M`` and at one of ``RATES``."""
    view = View(yaw_deg=yaw_deg, rise_deg=2.0, distance_m=DISTANCES_M[seed % len(DISTANCES_M)], px_per_m=PX_PER_M)
    fps = RATES[seed % len(RATES)]
    shot = film(player(seed, "bowling"), view, fps=fps, faults=MODEL, seed=seed)
    return _filmed(Seen(shot.track, measure(shot.track, shot.video, Given())), shot.truth, yaw_deg, fps)


def _rendered(setting: Setting, yaw_deg: int, source: Rendered) -> Filmed:
    take = source.take()
    truth = film(take.performance, take.view, fps=take.fps).truth
    return _filmed(see(setting.store.poses(source)), truth, yaw_deg, take.fps)


def _filmed(seen: Seen, truth: Truth, yaw_deg: int, fps: int) -> Filmed:
    release_s = seen.instants().get("ball_release")
    view = seen.measurement.camera_view
    late = None if release_s is None else (release_s - truth.events["ball_release"]) * fps
    return Filmed(yaw_deg, late, view.value, view.confidence)


def _rows(what: str, taken: Sequence[Filmed]) -> list[Row]:
    late = [abs(one.late) for one in taken if one.late is not None]
    views = [f"{view.value} {sum(one.view is view for one in taken)}" for view in CameraView]
    sure = sum(one.view is not None and one.sure >= SURE for one in taken)
    plain = [one for one in taken if one.yaw_deg in DIRECTIONS.values()]
    clear = sum(one.view is not None and one.sure >= SURE for one in plain)
    return [
        share_of(SECTION, f"{what}: release stated", len(late), len(taken), bound=STATED_SHARE),
        at_most(
            SECTION,
            f"{what}: release, worst of those stated",
            max(late, default=None),
            bound=RELEASE_BOUND,
            unit=" frames",
            detail=f", middle {np.median(late) if late else np.nan:.2g}",
        ),
        *(
            [share_of(SECTION, f"{what}: view sure, of those at 0° and 90°", clear, len(plain), bound=SURE_SHARE)]
            if plain
            else []
        ),
        at_most(
            SECTION,
            f"{what}: views wrong and sure",
            float(sum(one.is_wrong for one in taken)),
            bound=0,
            unit="",
            detail=f" of {len(taken)}; {', '.join(views)}; {sure} sure",
        ),
    ]
