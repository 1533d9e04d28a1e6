"""What a worker hands to the analysis of the player's earlier clips, and how it counts those of earlier releases."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.jobs import OWNER, Bench, artifacts_of, make_job, put_made
from tests.support.stored import stored
from tests.support.workers import RunWorker
from tests.worker.test_sweeper import make_sweeper
from tools.synthetic.player import Doing

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.data.leases import Claim, Lease, claim, commit_results
from cricksy.data.player_clips import NumberFilter, read_bowling, read_numbers
from cricksy.results.clip import clip_facts
from cricksy.settings import ArtifactSettings
from cricksy.vocabulary import ArtifactStore, JobStatus
from cricksy_worker.queue.clips import count_clips

IN_S3 = ArtifactSettings(results=ArtifactStore.S3, landmarks=ArtifactStore.S3)


async def give_to(bench: Bench, player_id: str | None) -> None:
    async with bench.database.begin() as transaction:
        await transaction.execute(text("UPDATE jobs SET player_id = :player_id"), {"player_id": player_id})


async def completed(bench: Bench, results: bytes, stores: ArtifactSettings | None = None) -> UUID:
    """A job that was completed with these results."""
    job_id = await make_job(bench.database)
    claimed = await claim(bench.database, Lease(job_id), "message-1", 30)
    assert isinstance(claimed, Claim)
    artifacts = artifacts_of(bench.database, bench.objects, **({} if stores is None else {"results": stores.results}))
    await commit_results(bench.database, claimed.lease, await put_made(artifacts, job_id, results, b"landmarks"))
    return job_id


async def as_released_before(bench: Bench) -> None:
    """As a release left its jobs that kept no numbers."""
    async with bench.database.begin() as transaction:
        await transaction.execute(text("DELETE FROM clips"))
        await transaction.execute(text("UPDATE jobs SET numbers_of = NULL"))


async def names_of(bench: Bench, player_id: str = "p1") -> set[str]:
    return {told.name for told in await read_numbers(bench.database, OWNER, player_id, NumberFilter(), limit=5)}


async def uncounted(bench: Bench) -> int:
    async with bench.database.connect() as connection:
        waiting = "SELECT count(*) FROM jobs WHERE status = 'completed' AND numbers_of IS DISTINCT FROM revision"
        return (await connection.execute(text(waiting))).scalar_one()


def numbers_in(doing: Doing) -> Sequence[str]:
    facts = clip_facts(stored(doing).results, BY_VIEW)
    assert facts is not None
    return [number.name for number in facts.numbers]


async def test_the_analysis_is_told_of_the_players_earlier_clips(bench: Bench, run_worker: RunWorker) -> None:
    await completed(bench, stored("bowling").results)
    earlier_id = await completed(bench, stored("batting").results)
    # Its session says that it shows batting.
    message = await bench.make("good")
    await give_to(bench, "p1")
    await bench.send(message)
    async with run_worker():
        await bench.until_status(message.job_id, JobStatus.COMPLETED)
    past = (await bench.results(message.job_id))["past"]
    (earlier,) = past["earlier"]
    assert (earlier["job_id"], earlier["discipline"]) == (str(earlier_id), "batting")
    assert {number["name"] for number in earlier["numbers"]} == set(numbers_in("batting"))
    assert past["filmed"] == {"balls": 1, "days": 1, "own_day": True}


async def test_the_analysis_is_told_nothing_where_nobody_knows_whose_clip_it_is(
    bench: Bench, run_worker: RunWorker
) -> None:
    await completed(bench, stored("batting").results)
    job_id = await bench.submit("good")
    async with run_worker():
        await bench.until_status(job_id, JobStatus.COMPLETED)
    assert (await bench.results(job_id))["past"] == {"earlier": [], "filmed": None}


@pytest.mark.parametrize("stores", [None, IN_S3], ids=["postgres", "s3"])
async def test_a_sweep_counts_what_an_earlier_release_completed(bench: Bench, stores: ArtifactSettings | None) -> None:
    await completed(bench, stored("bowling").results, stores)
    await give_to(bench, "p1")
    await as_released_before(bench)
    assert await names_of(bench) == set()
    await make_sweeper(bench).sweep()
    assert await names_of(bench) == set(numbers_in("bowling"))
    assert [day.balls for day in (await read_bowling(bench.database, OWNER, "p1", days=7)).days] == [1]
    assert await uncounted(bench) == 0


async def test_a_sweep_counts_some_at_a_time_and_the_next_goes_on(bench: Bench) -> None:
    for _ in range(3):
        await completed(bench, stored("bowling").results)
    await as_released_before(bench)
    left: list[int] = []
    for _ in range(3):
        await count_clips(bench.database, artifacts_of(bench.database), most=2)
        left.append(await uncounted(bench))
    assert left == [1, 0, 0]


async def test_results_that_cannot_be_read_are_looked_at_once(bench: Bench) -> None:
    await completed(bench, b"not results")
    lost_id = await completed(bench, stored("bowling").results, IN_S3)
    await as_released_before(bench)
    async with bench.database.connect() as connection:
        of_job = text("SELECT s3_key FROM artifacts WHERE job_id = :id AND s3_key IS NOT NULL")
        key = (await connection.execute(of_job, {"id": lost_id})).scalar_one()
    await bench.objects.delete(key)
    await count_clips(bench.database, artifacts_of(bench.database, bench.objects), most=10)
    assert await uncounted(bench) == 0
