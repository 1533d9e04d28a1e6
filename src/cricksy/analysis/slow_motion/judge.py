"""How many times a film is slowed, by whom that is known, and how sure it is."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from msgspec import structs

from cricksy.analysis.clock import REAL, Clock, slowed
from cricksy.analysis.slow_motion import ramps
from cricksy.analysis.slow_motion.tempo import NOTHING, Tempo, tempo_of
from cricksy.analysis.track import Track, VideoFacts
from cricksy.results.measurements import SlowMotion, SlowMotionPart, SlowMotionSource
from cricksy.vocabulary import LEAST_CAPTURE_FPS, MOST_CAPTURE_FPS, Given

SAME_RATE: Final = 0.1  # ratio; rates closer than this are one: 120 images a second in a file at 119.3
# fps; below it no camera films for slow motion. A phone that says 30 and stores 15 has dropped images in the dark.
SLOW_MODE_FPS: Final = 45.0
# fps; at which cameras film: usual rates, then those of phones' slow modes
CAPTURE_FPS: Final = (30.0, 60.0, 120.0, 240.0, 480.0, 960.0)
CAPTURE_FPS_PAL: Final = (50.0, 100.0, 200.0, 400.0)  # fps; also, where the file has 25 or 50
PAL_FPS: Final = (25.0, 50.0)  # fps; of television in most of the countries that play cricket
LEAST_FACTOR: Final = 1.5  # ratio; less is another frame rate, not slow motion
MOST_FACTOR: Final = 40.0  # ratio; of 960 images a second shown at 24
# ratio; provisional: of films of cricket, before one is seen. Most are as shot, and to call one of those slowed is the
# worst mistake; of the slowed ones most are by a phone's slow mode.
PRIOR_REAL: Final = 0.9
PRIOR_SLOW_MODE: Final = 0.03  # ratio; provisional: the same of each of a phone's slow modes
PRIOR_OTHER: Final = 0.006  # ratio; provisional: the same of any other rate of the camera
SLOW_MODES_FPS: Final = (120.0, 240.0)  # fps; of phones' slow modes
# ratio; of the likelihood, for a film to be called slowed: of 174 synthetic slowed films none was called by a wrong
# factor at 0.9, and no real clip as shot is slowed at more than 0.02
SURE: Final = 0.93
SURE_REAL: Final = 0.97  # ratio; the same, for one to be called as shot
HARDLY: Final = 0.05  # ratio; below it a film is not measured as if it were as shot
# 1; logarithm of the odds by which a ramp may be less likely than the whole film, where a factor is stated: its runner
# already lost so much of his speed as none can
RAMP_LESS_LIKELY: Final = 1.0
# 1; logarithm of the odds for a film as shot, from which a tag is denied. Of synthetic bowlers it is 7 or more with a
# tag that is left over, and -9 or less with a true one.
BELIED: Final = 4.0
USUAL_ARM: Final = 600.0  # deg/s; an arm so fast is not slowed much
USUAL_BODY: Final = -3.0  # 1; log-likelihood of a body that moves as bodies do
TAG_CONFIDENCE: Final = 0.95  # ratio; editors keep the tag of a film that they show at its true speed
# ratio; provisional: that a film is as shot where the body denies the tag
DENIED_TAG: Final = 0.7
LONGEST: Final = 900  # frames; that are looked at: a minute at the first pass's rate


_Seen = tuple[Clock, Tempo | None, float]
"""A clock, the delivery on it, and the logarithm of how likely the clock is before the body is seen."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The clock to measure by, and what is published of it."""

    clock: Clock
    slow_motion: SlowMotion


def judge(track: Track, video: VideoFacts, given: Given) -> Judgement:
    """How far the film of ``track``, which comes from either pass, is slowed."""
    track = replace(track, clock=REAL)
    judged = _judged(track, video, stated_rate(video, given))
    return replace(judged, slow_motion=structs.replace(judged.slow_motion, given_fps=given.capture_fps))


def _judged(track: Track, video: VideoFacts, stated: tuple[float, SlowMotionSource] | None) -> Judgement:
    if stated is None:
        return _inferred(_liveliest(track), track, video)
    capture_fps, source = stated
    factor = _factor(capture_fps, video)
    if factor == 1.0:
        return _judgement(REAL, track, source, 1.0 if source == "given" else TAG_CONFIDENCE)
    return _stated(track, factor, capture_fps, source)


def stated_rate(video: VideoFacts, given: Given) -> tuple[float, SlowMotionSource] | None:
    """Images a second that the camera took, and who says so: the coach rather than the file.

    A rate below the film's own is not believed: a film that shows more images than were taken is a time lapse, in which
    nobody bowls. Nor is a tag believed that a coach could not give: no camera films so.
    """
    if given.capture_fps is not None and given.capture_fps >= (1.0 - SAME_RATE) * video.new_fps:
        return given.capture_fps, "given"
    tag = video.capture_fps
    if tag is not None and LEAST_CAPTURE_FPS <= tag <= MOST_CAPTURE_FPS and tag >= (1.0 - SAME_RATE) * video.new_fps:
        return (tag if tag >= SLOW_MODE_FPS else video.new_fps), "tag"
    return None


def of_stored(stored: SlowMotion) -> Judgement:
    """The clock that results were measured by."""
    parts = stored.parts
    clock = Clock(tuple(p.factor for p in parts), tuple(p.start_ms for p in parts[1:])) if parts else REAL
    return Judgement(clock, stored)


def _factor(capture_fps: float, video: VideoFacts) -> float:
    """Times that images are shown longer than they took: 1 where either of the file's rates is the camera's own."""
    if not video.new_fps or any(abs(capture_fps / fps - 1.0) <= SAME_RATE for fps in (video.source_fps, video.new_fps)):
        return 1.0
    return max(1.0, capture_fps / video.new_fps)


def _stated(track: Track, factor: float, capture_fps: float, source: SlowMotionSource) -> Judgement:
    """The whole film, unless the spacing of the images or the body says that only a part is slowed.

    A tag that the body denies sets no clock, as editors keep it in a film that they show at its true speed: the film is
    measured as shot, and its factor is what it ``seems``.
    """
    sure = 1.0 if source == "given" else TAG_CONFIDENCE
    spacing = ramps.spaced(track)
    if spacing is not None:
        factors = tuple(max(1.0, round(ms * capture_fps / 1000.0, 2)) for ms in spacing[0])
        return _judgement(Clock(factors, spacing[1]), track, source, min(sure, TAG_CONFIDENCE))
    if abs(capture_fps * ramps.closest_ms(track) / 1000.0 - 1.0) <= SAME_RATE:
        # The camera's own rate, which it could not keep throughout: images are lost, and none is shown longer.
        return _judgement(REAL, track, source, min(sure, TAG_CONFIDENCE))
    looked_at = _liveliest(track)
    whole = slowed(factor)
    likely = _likely(looked_at, whole)
    parts = [(clock, _in_slow_part(looked_at, clock) - odd) for clock, odd in ramps.jumps(looked_at, [factor])]
    best = max(parts, key=lambda part: part[1], default=(whole, -math.inf))
    if source == "tag" and _likely(looked_at, REAL) > max(likely, best[1]) + BELIED:
        return _judgement(REAL, track, "none", DENIED_TAG, seems=factor)
    if best[1] > likely - RAMP_LESS_LIKELY:
        return _judgement(best[0], track, source, min(sure, TAG_CONFIDENCE))
    return _judgement(whole, track, source, sure)


def _likely(track: Track, clock: Clock) -> float:
    tempo = tempo_of(replace(track, clock=clock))
    return NOTHING if tempo is None else tempo.log_likelihood


def _in_slow_part(track: Track, clock: Clock) -> float:
    tempo = tempo_of(replace(track, clock=clock))
    return tempo.log_likelihood if tempo is not None and clock.factor_at(tempo.release_ms) > 1.0 else -math.inf


def _inferred(track: Track, whole: Track, video: VideoFacts) -> Judgement:
    """By what the body does on each clock that a camera may have made."""
    as_shot = tempo_of(track)
    if as_shot is not None and _is_usual(as_shot):
        return _judgement(REAL, whole, "inferred", TAG_CONFIDENCE)
    found: list[_Seen] = [(REAL, as_shot, math.log(PRIOR_REAL)), *_on(track, _whole_clocks(video))]
    judged = _most_likely(found, whole)
    if judged.slow_motion.source == "inferred":
        return judged
    return _most_likely([*found, *_on(track, _part_clocks(track, video))], whole)


def _on(track: Track, clocks: Iterable[tuple[Clock, float]]) -> Iterator[_Seen]:
    """What the body does on each of ``clocks``; a part that is slowed holds the delivery."""
    for clock, prior in clocks:
        tempo = tempo_of(replace(track, clock=clock))
        if tempo is None or clock.factor_at(tempo.release_ms) > 1.0:
            yield clock, tempo, math.log(prior)


def _most_likely(found: Sequence[_Seen], whole: Track) -> Judgement:
    """Which of the clocks it is; the first one is the real one."""
    if all(tempo is None for _, tempo, _ in found):
        return _judgement(REAL, whole, "none", 0.0)
    scores = np.array([prior + (NOTHING if tempo is None else tempo.log_likelihood) for _, tempo, prior in found])
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    best = int(np.argmax(likely))
    clock, tempo, _ = found[best]
    # Whether the whole film is slowed or a part hardly matters to the delivery: clocks that agree there add up.
    at_release = np.array([1.0 if one is None else of.factor_at(one.release_ms) for of, one, _ in found])
    sure = float(likely[np.abs(at_release - at_release[best]) < SAME_RATE * at_release[best]].sum())
    if clock.is_real and sure >= SURE_REAL and tempo is not None and (tempo.falls_freely or tempo.strides_freely):
        return _judgement(REAL, whole, "inferred", sure)
    if not clock.is_real and sure >= SURE and tempo is not None and _is_physical(clock, tempo):
        return _judgement(clock, whole, "inferred", sure)
    # Not sure: a clock that is all but impossible would find nothing at all.
    assumed = clock if likely[0] < HARDLY else REAL
    seems = found[int(np.argmax(likely[1:])) + 1][0] if len(found) > 1 and likely[0] < 1 / 2 else None
    times = None if seems is None else max(seems.factors)
    return _judgement(assumed, whole, "none", float(likely[0]) if assumed.is_real else sure, seems=times)


def _is_usual(tempo: Tempo) -> bool:
    """Whether nothing about a delivery asks for another clock."""
    physical = tempo.falls_freely or tempo.strides_freely
    return physical and tempo.arm >= USUAL_ARM and tempo.log_likelihood >= USUAL_BODY


def _is_physical(clock: Clock, tempo: Tempo) -> bool:
    """Whether gravity agrees with the clock: arms and feet alone may be as slow on purpose.

    Where the film becomes slow in front of us, the run-up's strides are enough: no runner stops so suddenly.
    """
    if clock.bounds_ms:
        return tempo.falls_freely or tempo.strides_freely
    return tempo.falls_freely and (math.isnan(tempo.stride) or tempo.strides_freely)


def _whole_clocks(video: VideoFacts) -> Iterator[tuple[Clock, float]]:
    """Clocks of films that are slowed from start to end, and how likely each is before the body is seen."""
    for fps in _rates(video.new_fps):
        yield slowed(fps / video.new_fps), PRIOR_SLOW_MODE if fps in SLOW_MODES_FPS else PRIOR_OTHER


def _part_clocks(track: Track, video: VideoFacts) -> Iterator[tuple[Clock, float]]:
    """The same of films of which a part is slowed."""
    factors = [fps / video.new_fps for fps in _rates(video.new_fps)]
    spacing = ramps.spaced(track)
    if spacing is not None:
        shortest = min(spacing[0])
        yield Clock(tuple(ms / shortest for ms in spacing[0]), spacing[1]), PRIOR_SLOW_MODE
    elif factors:
        for clock, odd in ramps.jumps(track, factors):
            mode = any(abs(max(clock.factors) * video.new_fps / fps - 1.0) < SAME_RATE for fps in SLOW_MODES_FPS)
            yield clock, (PRIOR_SLOW_MODE if mode else PRIOR_OTHER) * math.exp(-odd)


def _rates(fps: float) -> list[float]:
    """Rates at which a film that shows ``fps`` images a second may have been shot."""
    if fps <= 0:
        return []
    is_pal = any(abs(fps / pal - 1.0) <= SAME_RATE / 5 for pal in PAL_FPS)
    rates = (*CAPTURE_FPS, *CAPTURE_FPS_PAL) if is_pal else CAPTURE_FPS
    return [rate for rate in rates if LEAST_FACTOR <= rate / fps <= MOST_FACTOR]


def _liveliest(track: Track) -> Track:
    """The ``LONGEST`` frames about the fastest move of a wrist."""
    if len(track.frame) <= LONGEST:
        return track
    wrists = track.landmarks[:, [15, 16], :2] - track.landmarks[:, [23, 24], :2]
    moved = np.linalg.norm(np.diff(wrists, axis=0), axis=-1).max(axis=1) / np.diff(track.t_ms)
    middle = int(np.nanargmax(moved)) if np.isfinite(moved).any() else 0
    start = min(max(0, middle - LONGEST // 2), len(track.frame) - LONGEST)
    return track.take(np.arange(start, start + LONGEST))


def _judgement(
    clock: Clock, track: Track, source: SlowMotionSource, confidence: float, *, seems: float | None = None
) -> Judgement:
    starts = (float(track.t_ms[0]) if len(track.t_ms) else 0.0, *clock.bounds_ms)
    parts = [
        SlowMotionPart(start_ms=round(start, 3), factor=round(factor, 4))
        for start, factor in zip(starts, clock.factors, strict=True)
    ]
    clock = Clock(tuple(part.factor for part in parts), tuple(part.start_ms for part in parts[1:]))
    published = SlowMotion(
        factor=max(clock.factors),
        source=source,
        confidence=round(confidence, 3),
        seems=None if seems is None else round(seems, 4),
        parts=[] if clock.is_real else parts,
    )
    return Judgement(clock, published)
