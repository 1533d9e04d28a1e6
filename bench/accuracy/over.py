"""Several deliveries in one film: all found once, each with the events that it has in a film of its own."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from bench.accuracy.over_films import Copy, Joined, RenderedOver
from bench.accuracy.poses import SAMPLE_FPS
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK
from bench.accuracy.videos import VideoSource, digest
from tools.synthetic.over import BALLS

from cricksy.results.actions import FilmAction
from cricksy.results.measurements import Event
from cricksy.settings import analysis_settings
from cricksy.vocabulary import Discipline, Given
from cricksy_worker.vision.models import PoseModels
from cricksy_worker.vision.pipeline import analyse_video
from cricksy_worker.vision.request import AnalysisRequest

SECTION: Final = "Several deliveries in one film"
TOLERANCE: Final = 1
"""Frames between an event in the film and in the delivery's own one."""
SAME: Final = 3
"""Frames within which two releases are of one ball."""
OVER: Final = RenderedOver(KEPT_BACK + 6)


@dataclass(frozen=True, slots=True)
class Case:
    """``first``, ``second`` …: names of clips; ``copies`` and ``fade`` as of :class:`Joined`. ``balls`` it shows."""

    label: str
    clips: Sequence[str]
    balls: Sequence[int]
    copies: Sequence[Copy] = ()
    fade: bool = False


THREE: Final = ("side_11", "side_12", "other_10")
CASES: Final = (
    Case("three bowlers, cuts between", THREE, (0, 1, 2)),
    Case("three bowlers, faded into one another", THREE, (0, 1, 2), fade=True),
    Case("three balls of one bowler, from one place", ("side_02", "side_03", "side_06"), (0, 1, 2)),
    Case("and a replay", ("side_11", "side_12", "side_11"), (0, 1)),
    Case("and a replay at half speed", ("side_11", "side_12", "side_12"), (0, 1), ("", "", "slowed")),
    Case("and the first one backwards", ("side_11", "side_12", "side_11"), (0, 1), ("", "", "reversed")),
)


def sources(_setting: Setting) -> list[VideoSource]:
    """None: whole results are kept here, not the landmarks of one action."""
    return []


def rows(setting: Setting) -> list[Row]:
    balls = [RenderedOver(OVER.seed, ball) for ball in range(BALLS)]
    found = _rows(setting, "rendered over of six", OVER, OVER.starts(), balls, range(BALLS))
    if setting.clip("bowling", "events.csv") is None:
        return [*found, absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with bowling/")]
    for case in CASES:
        files = [file for name in case.clips if (file := setting.clip("bowling", f"{name}.mp4"))]
        film = Joined(files, case.copies, case.fade)
        alone = [Joined([file]) for file in files]
        of_case = _rows(setting, case.label, film, film.starts(), alone, case.balls)
        # Of films with copies or fades it counts that nothing is missed or doubled: a fade shows two players at once.
        found += of_case[:1] if case.fade or case.copies or len(case.balls) < len(files) else of_case
    return found


def _rows(  # noqa: PLR0913, PLR0917 - a film, what it is made of, and what it must show
    setting: Setting,
    label: str,
    film: Joined | RenderedOver,
    starts: Sequence[int],
    alone: Sequence[Joined | RenderedOver],
    balls: Sequence[int],
) -> list[Row]:
    actions = [action for action in _actions(setting, film) if action.discipline is Discipline.BOWLING]
    each: list[bool] = []
    matched = 0
    off: list[int] = []
    for ball in balls:
        single = next(iter(_actions(setting, alone[ball])), None)
        events = {} if single is None else _frames(single.events)
        start = starts[ball]
        mine = [action for action in actions if _release(action, start, events)]
        matched += len(mine)
        each.append(len(mine) == 1)
        if len(mine) == 1:
            there = _frames(mine[0].events)
            off += [there.get(name, -999) - start - frame for name, frame in events.items()]
    worst = max((abs(frames) for frames in off), default=0)
    return [
        all_of(SECTION, f"{label}: found once", [*each, len(actions) == matched], detail=f", {len(actions)} listed"),
        all_of(
            SECTION,
            f"{label}: events as in the film of each, ± {TOLERANCE} frame",
            [abs(frames) <= TOLERANCE for frames in off] or [False],
            detail=f", worst {worst}" if worst < 999 else ", one not found",  # noqa: PLR2004 - see above
        ),
    ]


def _release(action: FilmAction, start: int, events: dict[str, int]) -> bool:
    """Whether the action is the one whose events in its own film, which begins at frame ``start``, are ``events``."""
    frame = _frames(action.events).get("ball_release")
    return frame is not None and "ball_release" in events and abs(frame - start - events["ball_release"]) <= SAME


def _frames(events: Sequence[Event]) -> dict[str, int]:
    return {event.name: event.frame for event in events}


def _actions(setting: Setting, film: Joined | RenderedOver) -> list[FilmAction]:
    video = film.path(setting.store.cache)
    kept = _kept(setting, film.name, video)
    if kept is None:
        request = AnalysisRequest(sample_fps=SAMPLE_FPS, include_frames=False, given=Given())
        results = analyse_video(video, request, analysis_settings(os.environ), lambda _stage, _done: None).results
        kept = _target(setting, film.name, video)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.encode(results.actions))
    return msgspec.json.decode(kept.read_bytes(), type=list[FilmAction])


def _kept(setting: Setting, name: str, video: Path) -> Path | None:
    path = _target(setting, name, video)
    if path.exists() or not setting.store.stale:
        return path if path.exists() else None
    others = path.parent.glob(f"{path.name.rsplit('.', 2)[0]}.*.json")
    return max(others, key=lambda other: other.stat().st_mtime, default=None)


def _target(setting: Setting, name: str, video: Path) -> Path:
    models = PoseModels.of(analysis_settings(os.environ))
    film = digest(video, models.coarse, models.fine)
    return setting.store.cache / "actions" / f"{name}.{film}.{setting.store.code}.json"
