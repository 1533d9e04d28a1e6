"""Finding the action in a video: which finders are tried, in which order, and what is measured where none finds one."""

from typing import Final, NamedTuple

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.movement import steady_speed, wrist_speed
from cricksy.analysis.disciplines.registry import profile_of, sought
from cricksy.analysis.disciplines.unrecognised import find_fastest_moment
from cricksy.analysis.events import Action
from cricksy.analysis.preprocessing import cleaning
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Side
from cricksy.analysis.track import Track
from cricksy.vocabulary import Given

# frames; of the film: as many as the second pass reads at the film's own rate, four seconds of 30 a second
SHORT_FILM: Final = 120
# H/s; provisional: on the first pass, of soft hands in a defence, whose downswing falls between its frames
SHORT_FILM_SPEED: Final = 1.0
FAST_FRAMES: Final = 2  # count; of frames that show a wrist as fast as in an action: one may be a glitch


class ActionScore(NamedTuple):
    """How much a track shows an action."""

    certainty: float
    """Of an action that singles out its player, 0–1."""
    wrist_speed: float
    """Of the faster wrist in H/s; 0 for a person who does not move as in an action."""
    kept_speed: float
    """The same as the wrist keeps it, see :func:`.movement.steady_speed`: one that trembles has little."""


IDLE: Final = ActionScore(0.0, 0.0, 0.0)
"""Of one who does not act."""


def action_window(track: Track, given: Given, seconds: float) -> tuple[float, float] | None:
    """Start and end in milliseconds of the part to be read again at the file's own rate.

    It lasts no longer than ``seconds`` in the world. ``track`` comes from a first pass. The key event, or the
    fastest moment where no known action is found, lies at the discipline's ``before_key`` of the window. A short film
    in which the first pass shows no action, or one that it blurs, is read whole. ``None`` where nobody moves as in an
    action.
    """
    motion = cleaning.clean(track)
    if motion is None:
        return None
    found = find_known(motion, given, first_pass=True)
    first_ms, last_ms = float(track.t_ms[0]), float(track.t_ms[-1])
    if track.frame[-1] - track.frame[0] < SHORT_FILM and (found is None or profile_of(found.discipline).blurred):
        speed = wrist_speed(motion)
        if found is not None or (np.isfinite(speed).any() and np.nanmax(speed) >= SHORT_FILM_SPEED):
            return first_ms, last_ms
    if found is not None:
        moment, before = found.key_event.index, profile_of(found.discipline).before_key
    else:
        speed = wrist_speed(motion)
        if not np.isfinite(speed).any() or np.nanmax(speed) < th.COARSE_ACTION_SPEED:
            return None
        moment, before = float(np.nanargmax(speed)), profile_of(given.discipline).before_key
    moment_ms = float(np.interp(moment, np.arange(len(motion.t_s)), motion.film_ms))
    later, whole_ms = track.clock.later, seconds * 1000.0
    start = max(first_ms, min(later(moment_ms, -before * whole_ms), later(last_ms, -whole_ms)))
    return start, min(later(start, whole_ms), last_ms)


def find_action(motion: Motion, given: Given) -> Action | None:
    """The action of a known discipline, or else the fastest moment of a player who moves as in an action."""
    return find_known(motion, given) or find_fastest_moment(motion)


def find_known(motion: Motion, given: Given, *, first_pass: bool = False) -> Action | None:
    """The first action that a finder of the sought disciplines finds.

    ``first_pass``: ``motion`` comes from the first pass, on which some finders are not tried.
    """
    for profile in sought(given.discipline):
        for finder in profile.finders:
            if finder.first_pass or not first_pass:
                action = finder.find(motion, given)
                if action is not None:
                    return action
    return None


def action_score(track: Track, given: Given) -> ActionScore:
    """How much the person of ``track``, from a first pass, acts."""
    motion = cleaning.clean(track)
    if motion is None:
        return IDLE
    speed = wrist_speed(motion)
    # The fastest but one: a single fast frame may be a glitch.
    fast = np.sort(speed[np.isfinite(speed)])[-FAST_FRAMES:]
    if len(fast) < FAST_FRAMES or fast[0] < th.COARSE_ACTION_SPEED:
        return IDLE
    finders = [finder for profile in sought(given.discipline) for finder in profile.finders if finder.singles_out]
    found = [finder.find(motion, given) for finder in finders]
    certainty = max((action.discipline_confidence for action in found if action is not None), default=0.0)
    kept = np.concatenate([steady_speed(motion, side) for side in Side])
    return ActionScore(certainty, float(fast[0]), float(np.nanmax(kept)) if np.isfinite(kept).any() else 0.0)
