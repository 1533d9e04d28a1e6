"""What the audit table and the wire say of a run: counts that must all be 0."""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

import msgspec
from tests.faults.audit import Change, JobRow
from tests.faults.bucket import Storage
from tests.faults.injector import COSTLY, Struck
from tests.faults.plan import Kind as FaultKind
from tests.faults.tap import Traffic
from tests.faults.videos import ERROR_CODES, LANDMARKS, FaultVideo, Kind, results_of, still_of

from cricksy.aws.clients import LONG_POLL_SECONDS
from cricksy.results.schema import Results

_HARMFUL_SECONDS = 1.0
"""How long before its claim or after its end a fault may still concern it."""

_MAY_LAPSE = COSTLY - {FaultKind.KILL_CHILD, FaultKind.CUT_QUEUE, FaultKind.KILL_EMULATOR}
"""What may cost a worker its lease."""

_DATABASE = _MAY_LAPSE - {FaultKind.KILL_WORKER, FaultKind.PAUSE_WORKER}
_QUEUE = {FaultKind.CUT_QUEUE, FaultKind.DELAY, FaultKind.KILL_EMULATOR, FaultKind.PAUSE_WORKER}
_MAY_FAIL = {
    "database_lost": _DATABASE | {FaultKind.PAUSE_WORKER},
    "storage_unavailable": _QUEUE,
    "child_died": {FaultKind.KILL_CHILD},
}
"""What may fail an attempt that its video does not."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    videos: Mapping[UUID, FaultVideo]
    jobs: list[JobRow]
    changes: list[Change]
    storage: Storage
    """After the last sweeps."""
    traffic: list[Traffic]
    struck: list[Struck]
    writer: Callable[[Change], str | None]
    """The worker that made a change; ``None`` for anyone else."""
    waiting: list[UUID | None]
    """Jobs whose messages are left in the queue; ``None`` for a body that is no job's."""
    dead: list[UUID | None]
    """The same of the dead-letter queue."""
    unexpected_ends: list[str]


class Attempt(msgspec.Struct, frozen=True):
    claim: Change
    end: Change
    worker: str | None

    @property
    def has_lapsed(self) -> bool:
        """Whether its worker neither completed, failed nor released the job."""
        return (
            self.end.is_claim
            or self.end.error_code == "attempts_spent"
            or (self.end.new_status == "processing" and self.end.new_attempts == self.end.old_attempts)
        )


Check = Callable[[Evidence], Iterable[object]]
"""Yields what is wrong; nothing where all is right."""


def attempts(evidence: Evidence) -> list[Attempt]:
    found: list[Attempt] = []
    claims: dict[UUID, Change] = {}
    for change in evidence.changes:
        claim = claims.pop(change.job_id, None)
        if claim is not None and change.new_token == claim.new_token:
            claims[change.job_id] = claim
            continue
        if claim is not None:
            found.append(Attempt(claim, change, evidence.writer(claim)))
        if change.is_claim:
            claims[change.job_id] = change
    return found


def not_final(evidence: Evidence) -> Iterable[object]:
    return [job for job in evidence.jobs if not job.final]


def lost(evidence: Evidence) -> Iterable[object]:
    rows = {job.id for job in evidence.jobs}
    waiting = set(evidence.waiting)
    yield from (job_id for job_id in evidence.videos if job_id not in rows)
    yield from (job for job in evidence.jobs if not job.final and job.id not in waiting)


def completed_twice(evidence: Evidence) -> Iterable[object]:
    completed: set[UUID] = set()
    for change in evidence.changes:
        if change.new_status == "completed" and change.old_status != "completed":
            if change.job_id in completed:
                yield change
            completed.add(change.job_id)


def changed_after_the_end(evidence: Evidence) -> Iterable[object]:
    return [change for change in evidence.changes if change.was_final]


def not_by_the_holder(evidence: Evidence) -> Iterable[object]:
    """A completion or a failure under a lease by another than who claimed it, or after the lease had ended."""
    holders = {change.new_token: evidence.writer(change) for change in evidence.changes if change.is_claim}
    for change in evidence.changes:
        ends = change.is_completion or (change.new_status == "failed" and change.old_status == "processing")
        # The sweeper and a claim end a job that nobody holds any more.
        given_up = change.error_code == "attempts_spent" and not change.was_held
        if ends and not given_up:
            holder = holders.get(change.old_token)
            if not change.was_held or holder is None or holder != evidence.writer(change):
                yield change


def claimed_from_a_holder(evidence: Evidence) -> Iterable[object]:
    return [change for change in evidence.changes if change.is_claim and change.was_held]


def claimed_without_an_attempt(evidence: Evidence) -> Iterable[object]:
    claims = (change for change in evidence.changes if change.is_claim)
    return [claim for claim in claims if claim.new_attempts != claim.old_attempts + 1]


def wrong_results(evidence: Evidence) -> Iterable[object]:
    names = {change.job_id: change.results_name for change in evidence.changes if change.is_completion}
    real: set[str] = set()
    for job in evidence.jobs:
        video = evidence.videos.get(job.id)
        if job.status != "completed" or video is None:
            continue
        digest = hashlib.sha256(job.results or b"").hexdigest()
        if job.results_name != names.get(job.id):
            yield job
        elif video.kind is Kind.REAL:
            msgspec.json.decode(job.results or b"", type=Results)
            real.add(digest)
        elif video.results_sha256 is None or video.results_sha256 != digest:
            yield job
    if len(real) > 1:
        yield f"the sample clip came to {len(real)} different results"


def wrong_outcomes(evidence: Evidence) -> Iterable[object]:
    """A good video that failed, or a bad one that ended otherwise than by its own fault."""
    for job in evidence.jobs:
        video = evidence.videos.get(job.id)
        # A job whose maker never heard of it was never completed either.
        kind = Kind.ABANDONED if video is None else video.kind
        expected = ERROR_CODES.get(kind)
        # Faults that struck a bad video may have taken its attempts first.
        allowed = {None} if expected is None else {expected, "attempts_spent"}
        if job.final and job.error_code not in allowed:
            yield job


def objects_without_a_row(evidence: Evidence) -> Iterable[object]:
    storage = evidence.storage
    return storage.objects - storage.videos.keys() - {artifact.s3_key for artifact in storage.artifacts}


def videos_of_expired_uploads(evidence: Evidence) -> Iterable[object]:
    storage = evidence.storage
    return [key for key, must_be_there in storage.videos.items() if not must_be_there and key in storage.objects]


def rows_without_an_object(evidence: Evidence) -> Iterable[object]:
    storage = evidence.storage
    yield from (artifact for artifact in storage.artifacts if artifact.body is None)
    yield from (key for key, must_be_there in storage.videos.items() if must_be_there and key not in storage.objects)


def orphans(evidence: Evidence) -> Iterable[object]:
    """Artifacts that no job refers to, or that a job refers to and nothing keeps."""
    return [artifact for artifact in evidence.storage.artifacts if not (artifact.kept and artifact.is_referred_to)]


def wrong_artifacts(evidence: Evidence) -> Iterable[object]:
    """Artifacts that are not their video's, and those that a completed job lacks. It may lack its stills."""
    kinds: defaultdict[UUID, set[str]] = defaultdict(set)
    for artifact in evidence.storage.artifacts:
        kinds[artifact.job_id].add(artifact.kind)
        video = evidence.videos.get(artifact.job_id)
        if video is not None and video.kind is Kind.GOOD:
            made = {"results": results_of(video.script), "landmarks": LANDMARKS, "stills": still_of(video.script)}
            if artifact.body != made[artifact.kind]:
                yield artifact
    for job in evidence.jobs:
        if job.status == "completed" and not {"results", "landmarks"} <= kinds[job.id]:
            yield job


def lapsed_without_a_fault(evidence: Evidence) -> Iterable[object]:
    return [
        attempt
        for attempt in attempts(evidence)
        if attempt.has_lapsed and not _is_struck(evidence, attempt, _MAY_LAPSE)
    ]


def failed_without_a_fault(evidence: Evidence) -> Iterable[object]:
    for attempt in attempts(evidence):
        video = evidence.videos.get(attempt.claim.job_id)
        code = attempt.end.error_code
        if code is None or attempt.has_lapsed or (video is not None and code == ERROR_CODES.get(video.kind)):
            continue
        if not _is_struck(evidence, attempt, _MAY_FAIL.get(code, set())):
            yield attempt


def received_again(evidence: Evidence) -> Iterable[object]:
    """Good videos whose message came more than once though no fault struck anybody meanwhile."""
    received: defaultdict[str, list[float]] = defaultdict(list)
    for moment in evidence.traffic:
        if moment.what == "receive":
            received[moment.job_id].append(moment.at)
    for job in evidence.jobs:
        times = received[str(job.id)]
        video = evidence.videos.get(job.id)
        is_good = video is not None and video.kind not in ERROR_CODES
        # A poll whose worker has gone takes messages for as long as it lasts.
        if is_good and len(times) > 1 and not _struck_between(evidence, times[0] - LONG_POLL_SECONDS, times[-1]):
            yield f"job {job.id}, {len(times)} times"


def deleted_too_early(evidence: Evidence) -> Iterable[object]:
    """A message deleted while its job was neither final nor under a new message of the same worker."""
    ended = {str(change.job_id): change.at.timestamp() for change in reversed(evidence.changes) if change.is_final}
    sent: Counter[tuple[str, str]] = Counter()
    for moment in evidence.traffic:
        key = (moment.worker, moment.job_id)
        if moment.what == "send":
            sent[key] += 1
        elif moment.what == "delete" and sent[key] > 0:
            # Each new message stands for one old one.
            sent[key] -= 1
        elif moment.what == "delete" and moment.at < ended.get(moment.job_id, math.inf):
            yield moment


def left_in_the_queue(evidence: Evidence) -> Iterable[object]:
    return evidence.waiting


def dead_and_unknown(evidence: Evidence) -> Iterable[object]:
    final = {job.id for job in evidence.jobs if job.final}
    return [body for body in evidence.dead if body not in final]


def crashed_workers(evidence: Evidence) -> Iterable[object]:
    return evidence.unexpected_ends


CHECKS: dict[str, Check] = {
    "lost": lost,
    "stuck, not final": not_final,
    "completed twice": completed_twice,
    "changed after the end": changed_after_the_end,
    "ended by another than the lease holder": not_by_the_holder,
    "claimed while another held the lease": claimed_from_a_holder,
    "claimed without counting an attempt": claimed_without_an_attempt,
    "attempts that lapsed without a fault": lapsed_without_a_fault,
    "attempts that failed without a fault": failed_without_a_fault,
    "results that are not the video's": wrong_results,
    "objects without a row": objects_without_a_row,
    "videos of expired uploads": videos_of_expired_uploads,
    "rows without an object": rows_without_an_object,
    "artifacts that nothing refers to": orphans,
    "artifacts missing or not the video's": wrong_artifacts,
    "outcomes that are not the video's": wrong_outcomes,
    "messages deleted before the job's end": deleted_too_early,
    "messages received again without a fault": received_again,
    "messages left in the queue": left_in_the_queue,
    "dead letters of no finished job": dead_and_unknown,
    "workers that crashed": crashed_workers,
}
"""What must not happen once."""


def judge(evidence: Evidence) -> dict[str, list[object]]:
    """What is wrong, by :data:`CHECKS`."""
    return {name: list(check(evidence)) for name, check in CHECKS.items()}


def _struck_between(evidence: Evidence, begun_at: float, ended_at: float) -> bool:
    return any(struck.begun_at <= ended_at and struck.ended_at >= begun_at for struck in evidence.struck)


def _is_struck(evidence: Evidence, attempt: Attempt, kinds: set[FaultKind]) -> bool:
    begun_at = attempt.claim.at.timestamp() - _HARMFUL_SECONDS
    ended_at = attempt.end.at.timestamp() + _HARMFUL_SECONDS
    return any(
        struck.fault.kind in kinds
        and struck.worker in {None, attempt.worker}
        and struck.begun_at <= ended_at
        and struck.ended_at >= begun_at
        for struck in evidence.struck
    )
