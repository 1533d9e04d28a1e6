"""Slowed films: filmed at 120 and 240 images a second, stored at 30, whole or in part, told, tagged or neither.

Perfect and noisy landmarks of many bowlers, read as the two passes read a film; and a few rendered ones through the
whole pipeline. What is said of films that are not slowed counts most: none of them may be called slowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from bench.accuracy.real import deliveries
from bench.accuracy.setting import Setting
from bench.accuracy.slowed import STORED_FPS, SlowedFilm, Slowing, slow_down
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.trials import KEPT_BACK, SIDE_ON, player
from bench.accuracy.videos import Changed, Clip, VideoSource
from tools.synthetic.faults import Faults
from tools.synthetic.film import container, film

from cricksy.analysis.disciplines.action import action_window
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.slow_motion.judge import Judgement, judge
from cricksy.analysis.track import IntArray, Track, VideoFacts
from cricksy.vocabulary import Given
from cricksy_worker.vision.extract_params import SLOW_FINE_FRAMES

SECTION: Final = "Slow motion"
PLAYERS: Final = 20
CAPTURE_FPS: Final = (120, 240)
NOISE: Final = Faults(jitter=1.0, drift=0.05)
EVENT_BOUND: Final = 2
"""Frames of the file."""
TIME_BOUND: Final = 0.05
"""Of an interval of the world."""
SHARE_RIGHT: Final = 0.9
EASING_S: Final = 0.2
READ_FPS: Final = 15.0
FINE_SECONDS: Final = 1.5
CONTACTS: Final = ("back_foot_contact", "front_foot_contact")

Kind = Literal["whole", "part", "part, eased"]
How = Literal["told", "tagged", "untagged"]
KINDS: Final[tuple[Kind, ...]] = ("whole", "part", "part, eased")
HOWS: Final[tuple[How, ...]] = ("told", "tagged", "untagged")
RAMP: Final = (-0.75, 0.4)
"""Seconds from back-foot contact and from release between which a film is slowed in part."""
RENDERED: Final[Mapping[str, SlowedFilm]] = {
    f"{fps}, {'part' if part else 'whole'}, player {number}": SlowedFilm(KEPT_BACK + number, fps, part)
    for number in (0, 1)
    for fps in CAPTURE_FPS
    for part in (None, RAMP)
}


@dataclass(frozen=True, slots=True)
class Slowed:
    """One film that was read: its truth, and what was said of it.

    ``off``: found minus true frame of the file of each event, ``None`` where it was not found. ``interval``: found over
    true time of the world from back-foot contact to release, at the true frames.
    """

    factor: float
    at_release: float
    measurement: Measurement
    off: dict[str, int | None]
    interval: float

    @property
    def is_right(self) -> bool:
        return abs(self.at_release / self.factor - 1.0) <= TIME_BOUND

    @property
    def is_sure(self) -> bool:
        return self.measurement.speed.slow_motion.source != "none"


def sources(setting: Setting) -> list[VideoSource]:
    return [*RENDERED.values(), *(Clip(one.file) for one in deliveries(setting))]


def rows(setting: Setting) -> list[Row]:
    found: list[Row] = []
    for kind in KINDS:
        for how in HOWS:
            films = [_film(KEPT_BACK + i, fps, kind, how) for i in range(PLAYERS) for fps in CAPTURE_FPS]
            found += _rows(f"{kind}, {how}", films)
    return [*found, *_rendered(setting), *_as_shot(setting)]


def _rows(name: str, films: Sequence[Slowed]) -> list[Row]:
    wrong = sum(one.is_sure and not one.is_right for one in films)
    known = [one.is_sure and one.is_right for one in films]
    unsure = len(films) - sum(one.is_sure for one in films)
    sure = [one for one in films if one.is_sure]
    events = {event for one in films for event in one.off}
    return [
        Row(
            SECTION,
            f"{name}: factor known",
            f"{sum(known)}/{len(known)}, {unsure} not sure",
            None,
            f"≥ {SHARE_RIGHT:.0%}",
            sum(known) >= SHARE_RIGHT * len(known),
        ),
        all_of(SECTION, f"{name}: no wrong factor stated as sure", [True] * (len(films) - wrong) + [False] * wrong),
        all_of(
            SECTION,
            f"{name}: interval of the world within {TIME_BOUND:.0%}, where the factor is known",
            [abs(one.interval - 1.0) <= TIME_BOUND for one in sure],
        ),
        *(_event_row(name, event, films) for event in sorted(events)),
    ]


def _event_row(name: str, event: str, films: Sequence[Slowed]) -> Row:
    off = [one.off[event] for one in films]
    near = [error is not None and abs(error) <= EVENT_BOUND for error in off]
    given = [abs(error) for error in off if error is not None]
    middle = f"; half within {np.median(given):.0f}, nine in ten within {np.percentile(given, 90):.0f}" if given else ""
    what = f"{name}: {event.replace('_', ' ')} within {EVENT_BOUND} frames of the file"
    return Row(SECTION, what, f"{np.mean(near):.0%}, {len(off) - len(given)} not found{middle}")


def _film(seed: int, capture_fps: int, kind: Kind, how: How) -> Slowed:
    performance, rng = player(seed, "bowling"), np.random.default_rng([seed, capture_fps])
    phase = float(rng.random())
    filmed = film(performance, SIDE_ON, fps=capture_fps, phase=phase, faults=NOISE, seed=seed)
    events = filmed.truth.events
    part = (
        max(0.1, events["back_foot_contact"] - float(rng.uniform(0.1, 0.6))),
        events["ball_release"] + float(rng.uniform(0.15, 0.4)),
    )
    slowing = Slowing(capture_fps, None if kind == "whole" else part, EASING_S if kind == "part, eased" else 0.0)
    stored, kept = slow_down(filmed.track, slowing)
    video = replace(container(stored, STORED_FPS), capture_fps=float(capture_fps) if how == "tagged" else None)
    given = Given(capture_fps=float(capture_fps) if how == "told" else None)
    shot_s = (kept + phase) / capture_fps
    true = {name: float(np.interp(when, shot_s, np.arange(len(kept)))) for name, when in events.items()}
    judged, track = read(stored, video, given)
    measurement = measure(track, video, given)
    return _slowed(slowing.factor, true, events, measurement, judged)


def _slowed(
    factor: float, true: Mapping[str, float], events: Mapping[str, float], measurement: Measurement, judged: Judgement
) -> Slowed:
    """``true``: frame of the file, between two, of each of the ``events`` in seconds of the world."""
    clock, frame_ms = judged.clock, 1000.0 / STORED_FPS
    ends = np.array([true["back_foot_contact"], true["ball_release"]]) * frame_ms
    took_s = float(np.diff(clock.world_ms(ends))[0]) / 1000.0
    found = {event.name: event.frame for event in measurement.events}
    off = {
        name: None if name not in found else found[name] - (int(np.ceil(at)) if name in CONTACTS else round(at))
        for name, at in true.items()
    }
    interval = took_s / (events["ball_release"] - events["back_foot_contact"])
    return Slowed(factor, clock.factor_at(float(ends[1])), measurement, off, interval)


def read(stored: Track, video: VideoFacts, given: Given) -> tuple[Judgement, Track]:
    """``stored`` as the two passes read it: the whole of it coarsely, the action at the file's own rate."""
    coarse = np.arange(0, len(stored.frame), round(STORED_FPS / READ_FPS))
    first = stored.take(coarse)
    clock = judge(first, video, given).clock
    window = action_window(replace(first, clock=clock), given, FINE_SECONDS)
    if window is None:
        return judge(first, video, given), first
    fine: IntArray = np.flatnonzero((stored.t_ms >= window[0]) & (stored.t_ms <= window[1]))
    fine = fine[:: -(-len(fine) // SLOW_FINE_FRAMES)]
    outside = coarse[(stored.t_ms[coarse] < window[0]) | (stored.t_ms[coarse] > window[1])]
    chosen = np.sort(np.concatenate([outside, fine]))
    track = stored.take(chosen)
    track = replace(track, model=np.isin(chosen, fine).astype(np.int64), model_names=("coarse", "fine"))
    return judge(track, video, given), track


def _rendered(setting: Setting) -> list[Row]:
    """Read untagged; what is told or tagged is told of the same landmarks."""
    found: list[Row] = []
    for how in HOWS:
        films = {name: _read_rendered(setting, source, how) for name, source in RENDERED.items()}
        if how == "untagged":
            found += [_rendered_row(name, one) for name, one in films.items()]
        off = {name: _far(one) for name, one in films.items()}
        far = "; ".join(f"{name}: {events}" for name, events in off.items() if events)
        what = f"rendered, {how}: every event within {EVENT_BOUND} frames of the file"
        found.append(all_of(SECTION, what, [not events for events in off.values()], detail=f" ({far})" if far else ""))
    return found


def _read_rendered(setting: Setting, source: SlowedFilm, how: How) -> Slowed:
    poses = setting.store.poses(source)
    capture_fps = float(source.capture_fps)
    video = replace(poses.video, capture_fps=capture_fps if how == "tagged" else None)
    measurement = measure(poses.track, video, Given(capture_fps=capture_fps if how == "told" else None))
    return _slowed(source.slowing.factor, source.frames(), source.seconds(), measurement, measurement.speed)


def _rendered_row(name: str, one: Slowed) -> Row:
    slow = one.measurement.speed.slow_motion
    listed = ", ".join(_off(event, off) for event, off in one.off.items())
    said = f"{slow.factor:.3g} {slow.source}, interval {one.interval:.1%}; events in frames: {listed}"
    met = (one.is_right and abs(one.interval - 1.0) <= TIME_BOUND) or not one.is_sure
    return Row(SECTION, f"rendered {name}, untagged", said, None, f"{one.factor:.3g}, or not sure", met)


def _far(one: Slowed) -> str:
    """The events that lie further off than allowed, or were not found."""
    far = [_off(event, off) for event, off in one.off.items() if off is None or abs(off) > EVENT_BOUND]
    return ", ".join(far)


def _off(event: str, off: int | None) -> str:
    return f"{event.replace('_', ' ')} {'none' if off is None else f'{off:+d}'}"


def _as_shot(setting: Setting) -> list[Row]:
    truth = deliveries(setting)
    if not truth:
        return [absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with bowling/events.csv")]
    clips = [Clip(one.file) for one in truth]
    films = [setting.store.poses(film) for film in (*clips, *(Changed(clip, "mirrored") for clip in clips))]
    said = [measure(one.track, one.video, Given()).speed.slow_motion for one in films]
    return [all_of(SECTION, "real clips as shot and mirrored: factor 1", [slow.factor == 1.0 for slow in said])]
