"""Ends what is older than the operator keeps it: the part of a sweep that deletes by age.

It ends a bounded number of each kind, so that the other work comes to its turn. The next sweep goes on.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from cricksy.data.engine import Database
from cricksy.data.retention import Ended, end_landmarks, end_results, end_session, end_stills, end_videos
from cricksy.settings import RetentionSettings

log = structlog.stdlib.get_logger()

_BATCHES: Final = 50
"""Of each kind in one sweep: of artifacts 100 each, of videos and results those of one session."""


async def end_retained(database: Database, retention: RetentionSettings) -> None:
    """Delete the videos, stills, landmarks and results whose days are over, and say so, a line each.

    With the results of its last job an old session goes too. What the database raises passes through.
    """
    # The results first: they take the others with them.
    await _end(end_results, database, "results", retention.results)
    await _end(_sessions, database, "session", retention.results)
    await _end(end_videos, database, "video", retention.videos)
    await _end(end_stills, database, "stills", retention.stills)
    await _end(end_landmarks, database, "landmarks", retention.landmarks)


async def _sessions(database: Database, days: float) -> Sequence[Ended]:
    session = await end_session(database, days)
    return [] if session is None else [session]


async def _end(
    end: Callable[[Database, float], Awaitable[Sequence[Ended] | None]], database: Database, what: str, days: int
) -> None:
    if not days:
        return
    for _ in range(_BATCHES):
        ended = await end(database, days)
        if not ended:
            return
        for one in ended:
            ids = {"owner_id": one.owner_id, "session_id": str(one.session_id)}
            if one.job_id is not None:
                ids["job_id"] = str(one.job_id)
            log.info("retention_ended", audit=True, what=what, days=days, owner_type=one.owner_type, **ids)
