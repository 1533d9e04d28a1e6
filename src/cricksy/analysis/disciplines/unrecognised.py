"""Disciplines without events of their own: the fastest moment is measured as it is, and nothing is judged."""

from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.base import Audience, DisciplineProfile
from cricksy.analysis.disciplines.movement import goes_across, steady_speed
from cricksy.analysis.events import Action, Instant
from cricksy.analysis.metrics.balance import BalanceParams
from cricksy.analysis.metrics.elbow import ELBOW_FALL, ElbowParams
from cricksy.analysis.metrics.head import HEAD_ERROR_SHARE, HEAD_OTHER, HeadParams
from cricksy.analysis.metrics.knee import BATTING_KNEE_COSINE, KNEE_IMPACT_FLEXION, KneeParams
from cricksy.analysis.preprocessing.cleaning import Motion
from cricksy.analysis.skeleton import Side
from cricksy.vocabulary import Discipline

# ratio; of a window before impact, or before the fastest moment: of 1.5 s the 1.2 s from the stance on
BEFORE_MOMENT: Final = 0.8
GENERIC_HALF_WINDOW_S: Final = 0.5  # s; provisional: the window of highest motion without a known discipline


def find_fastest_moment(motion: Motion) -> Action | None:
    """The window of highest motion; its discipline is left open."""
    speeds = np.stack([steady_speed(motion, side) for side in Side])
    if not np.isfinite(speeds).any() or np.nanmax(speeds) < th.ACTION_SPEED:
        return None
    moment = int(np.nanargmax(np.fmax(speeds[0], speeds[1])))
    window = np.flatnonzero(np.abs(motion.t_s - motion.t_s[moment]) <= GENERIC_HALF_WINDOW_S)
    return Action(
        discipline=None,
        discipline_confidence=0.0,
        key_event=Instant(float(moment), th.GENERIC_CONFIDENCE),
        first=float(window[0]),
        last=float(window[-1]),
    )


def _unknown_plane(_motion: Motion, _action: Action) -> float:
    return 1.0


def _without_events(discipline: Discipline, audience: Audience) -> DisciplineProfile:
    """A discipline in which nothing is looked for yet: its video is measured as an unrecognised action."""
    return DisciplineProfile(
        discipline=discipline,
        audience=audience,
        before_key=BEFORE_MOMENT,
        across=goes_across,
        plane_cosine=_unknown_plane,
        most_sure=th.GENERIC_CONFIDENCE,
    )


UNRECOGNISED: Final = DisciplineProfile(
    discipline=None,
    audience="any",
    before_key=BEFORE_MOMENT,
    across=goes_across,
    plane_cosine=_unknown_plane,
    most_sure=th.GENERIC_CONFIDENCE,
    metrics=(
        HeadParams(
            limits=HEAD_OTHER, over_feet=True, path_degree=0, error_share=HEAD_ERROR_SHARE, always_estimated=True
        ),
        BalanceParams(along=None),
        KneeParams(flexion=True, target=KNEE_IMPACT_FLEXION, cosine=BATTING_KNEE_COSINE),
        ElbowParams(reads="fall", limits=ELBOW_FALL),
    ),
)
"""A window of highest motion in which no delivery and no stroke was found."""

WICKETKEEPING: Final = _without_events(Discipline.WICKETKEEPING, "wicketkeeping")
FIELDING: Final = _without_events(Discipline.FIELDING, "fielding")
