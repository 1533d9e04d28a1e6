"""What is said of a video's slow motion and of its frame rate, and what is asked: at how many frames it was shot."""

from typing import Final

from cricksy.analysis.coaching.capture_flaw import Flaw
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.measure import Measurement
from cricksy.analysis.slow_motion.judge import stated_rate
from cricksy.results.measurements import SlowMotionSource
from cricksy.vocabulary import Given

LOW_FPS: Final = 28.0  # fps; at a lower rate front-foot contact to release is two or three frames
FAST_FPS: Final = 50.0  # fps; what a bowling action needs
SHOWN_ONCE: Final = 0.85  # ratio; of the file's rate, below which the rate of new images is another

_SLOWED: Final[dict[SlowMotionSource, str]] = {
    "given": "By the rate that you said the video is",
    "tag": "By the file's tag the video is",
    "inferred": "The player moves as if the video is",
    "none": "The player moves as if the video is",
}
_ASK: Final = " If the video is slowed, upload it again and say at how many frames a second it was shot (capture_fps)."


def speed_flaws(measurement: Measurement) -> list[Flaw]:
    """What is said of slow motion, by the coach or the file, and the player denies, or what is not sure."""
    slow, video = measurement.speed.slow_motion, measurement.video
    problems: list[Flaw] = []
    if slow.given_fps is not None and slow.source != "given":
        shown = round(video.new_fps)
        note = f"You said that it was shot at {slow.given_fps:.0f} frames a second, but the video shows {shown}"
        if slow.factor > 1.0:
            note += f", and is measured as shot at {video.new_fps * slow.factor:.0f}"
        elif slow.seems is None:
            note += ": give a rate (capture_fps) only for a slowed video"
        problems.append(Flaw(None, "medium", f"{note}.", advice=False))
    if slow.seems is not None:
        problems.append(_asked(measurement, slow.seems))
    elif _is_in_vain(measurement):
        action = profile_of(measurement.discipline.value).action_word or "delivery or stroke"
        note = (
            f"{_SLOWED[slow.source]} slowed {slow.factor:.3g}×, and at that speed it shows no {action}: check at how"
            " many frames a second it was shot, and upload it again with that rate (capture_fps)."
        )
        problems.append(Flaw(None, "medium", note, advice=False, asks=True))
    return problems


def question(measurement: Measurement) -> str:
    """A sentence that asks at what rate the video was shot; empty where the coach, the file or the player says it."""
    return _ASK if _is_unsaid(measurement) else ""


def _is_unsaid(measurement: Measurement) -> bool:
    """Whether neither the coach nor the file nor the player says how far the video is slowed."""
    slow = measurement.speed.slow_motion
    return slow.source == "none" and slow.seems is None and slow.given_fps is None


def _is_in_vain(measurement: Measurement) -> bool:
    """Whether a player who was measured as slowed shows no action, in a discipline in which one is looked for."""
    said = measurement.discipline.value
    sought = said is None or bool(profile_of(said).events)
    seen = measurement.frames_detected > 0 and not measurement.events
    return sought and seen and measurement.speed.slow_motion.factor > 1.0


def _asked(measurement: Measurement, seems: float) -> Flaw:
    """The question how far the video is slowed."""
    tagged = stated_rate(measurement.video, Given())
    if tagged is not None:
        note = (
            f"The file says that it is slowed {seems:.3g}×, but the player does not move that way, so it is taken as"
            " not slowed. If it is slowed, upload it again and say at how many frames a second it was shot"
            " (capture_fps)."
        )
        return Flaw(None, "medium", note, advice=False, asks=True)
    note = (
        f"The player moves as if the video is slowed about {seems:.2g}×, but that is not certain: upload it again and"
        " say at how many frames a second it was shot (capture_fps), perhaps"
        f" {seems * measurement.video.new_fps:.0f}."
    )
    return Flaw(None, "medium", note, advice=False, asks=True)


def rate_flaws(measurement: Measurement, *, is_asked: bool) -> list[Flaw]:
    """Whether images come too seldom; ``is_asked``: whether another note asks at what rate the video was shot."""
    video, slow = measurement.video, measurement.speed.slow_motion
    if slow.seems is not None or _is_in_vain(measurement):
        # How many images a second were shot is asked.
        return []
    fps = video.new_fps * slow.factor
    is_low = 0 < fps < LOW_FPS
    if not is_low and not (fps < FAST_FPS and profile_of(measurement.discipline.value).events):
        return []
    if video.new_fps < SHOWN_ONCE * video.source_fps:
        reason = f", because this video shows only {video.new_fps:.0f} different ones in its {video.source_fps:.0f}."
    elif is_low:
        reason = f", because {fps:.0f} are too few."
    else:
        reason = f"; this video {'shows' if slow.source == 'none' else 'has'} {fps:.0f}."
    asks = not is_asked and _is_unsaid(measurement)
    if asks:
        reason += " If it was shot at more and then slowed, upload it again with that rate (capture_fps)."
    return [
        Flaw("POOR_CAPTURE" if is_low else None, "medium", f"Film at 60 frames a second or more{reason}", asks=asks)
    ]
