"""Counts the clips that an earlier release completed or corrected: their numbers are read from their stored results.

A row stays due until it is counted, so a sweep that ends early, or dies, is gone on with by any later one. Two at once
do the same work twice and write it once.
"""

import asyncio

import structlog

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.aws.errors import ObjectMissing
from cricksy.data.artifacts import ArtifactDamaged, Artifacts
from cricksy.data.clips import Uncounted, count_later, next_uncounted
from cricksy.data.engine import Database
from cricksy.results.clip import ClipFacts, clip_facts

log = structlog.stdlib.get_logger()


async def count_clips(database: Database, artifacts: Artifacts, most: int) -> None:
    """Count up to ``most`` clips, the newest first. Results that cannot be read count as nothing, once and for all.

    What S3 and the database raise passes through.
    """
    before = None
    for _ in range(most):
        job = await next_uncounted(database, before)
        if job is None:
            return
        before = job.job_id
        clip = await _facts(artifacts, job)
        if await count_later(database, job, clip):
            if clip is None:
                log.warning("clip_unreadable", job_id=str(job.job_id), revision=job.revision)
            else:
                log.info("clip_counted", job_id=str(job.job_id), revision=job.revision)


async def _facts(artifacts: Artifacts, job: Uncounted) -> ClipFacts | None:
    try:
        results = await artifacts.get_plain(job.results)
    except (ArtifactDamaged, ObjectMissing):
        return None
    return await asyncio.to_thread(clip_facts, results, BY_VIEW)
