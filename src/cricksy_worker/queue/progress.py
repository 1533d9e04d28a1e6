"""How far a job is, as the coach sees it."""

import asyncio

import structlog

from cricksy import failpoints
from cricksy.data.engine import Database
from cricksy.data.errors import TransientDatabaseError
from cricksy.data.leases import Lease, record_progress
from cricksy.vocabulary import Stage
from cricksy_worker.queue.persist import why

log = structlog.stdlib.get_logger()

_LEAST_SECONDS = 1.0

_SPAN = {
    Stage.DOWNLOADING: (0, 5),
    Stage.EXTRACTING_POSE: (5, 90),
    Stage.COMPUTING_METRICS: (90, 95),
    Stage.GENERATING_FINDINGS: (95, 97),
    Stage.GENERATING_REPORT: (97, 99),
    Stage.PERSISTING: (99, 100),
}
"""Percent of the whole at which each stage begins and ends; by far the most time goes into the pose."""


class ProgressRecorder:
    """Writes every new stage, and the progress within it at most once a second."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self._database = database
        self._lease = lease
        self._stage = Stage.DOWNLOADING
        self._written_at = 0.0

    async def record(self, stage: Stage, fraction: float) -> None:
        """``fraction`` is of the stage, 0–1. Raises :class:`cricksy.data.leases.LeaseLost`."""
        now = asyncio.get_running_loop().time()
        if stage != self._stage:
            await failpoints.reach("stage_begun")
        elif now < self._written_at + _LEAST_SECONDS:
            return
        self._stage = stage
        self._written_at = now
        try:
            await record_progress(self._database, self._lease, stage, percent(stage, fraction))
        except TransientDatabaseError as error:
            # The analysis goes on: whether the job is still ours is the heartbeat's to say.
            log.warning("progress_not_recorded", **why(error))


def percent(stage: Stage, fraction: float) -> int:
    """Progress of the whole job, 0–100."""
    start, end = _SPAN[stage]
    return start + int((end - start) * min(max(fraction, 0.0), 1.0))
