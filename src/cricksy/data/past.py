"""What the earlier clips of a job's player say, for the report: read by the worker that has claimed the job."""

from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import text

from cricksy.data.engine import Database
from cricksy.results.player import EarlierClip, EarlierNumber, Filmed
from cricksy.vocabulary import Discipline

PLANS_BEFORE: Final = 7
"""Plans that are read beside that of the newest clip: enough to tell which drills a player had least often."""

# Some steps in an index for each discipline.
EARLIER: Final = text("""
    SELECT clip.job_id, clip.filmed_at, clip.discipline, clip.drill_ids, told.numbers, told.height_cm,
           plans.before
    FROM jobs
    CROSS JOIN unnest(enum_range(NULL::discipline)) AS of_discipline
    CROSS JOIN LATERAL (
        SELECT * FROM clips
        WHERE clips.owner_type = jobs.owner_type AND clips.owner_id = jobs.owner_id
            AND clips.player_id = jobs.player_id AND clips.discipline = of_discipline
            AND clips.filmed_at < jobs.created_at
        ORDER BY clips.filmed_at DESC, clips.job_id DESC LIMIT 1
    ) AS clip
    CROSS JOIN LATERAL (
        SELECT CAST(coalesce(jsonb_agg(jsonb_build_object(
            'name', name, 'value', value, 'uncertainty', uncertainty, 'unit', unit
        ) ORDER BY name), '[]') AS text) AS numbers, max(height_cm) AS height_cm
        FROM numbers WHERE numbers.job_id = clip.job_id
    ) AS told
    CROSS JOIN LATERAL (
        SELECT CAST(
            coalesce(jsonb_agg(to_jsonb(drill_ids) ORDER BY filmed_at DESC, job_id DESC), '[]') AS text
        ) AS before
        FROM (
            SELECT drill_ids, filmed_at, job_id FROM clips
            WHERE clips.owner_type = jobs.owner_type AND clips.owner_id = jobs.owner_id
                AND clips.player_id = jobs.player_id AND clips.discipline = of_discipline
                AND (clips.filmed_at, clips.job_id) < (clip.filmed_at, clip.job_id)
            ORDER BY clips.filmed_at DESC, clips.job_id DESC LIMIT :plans_before
        ) AS older
    ) AS plans
    WHERE jobs.id = :job_id AND of_discipline = coalesce(CAST(:discipline AS discipline), of_discipline)
    ORDER BY clip.discipline
""")
_FILMED: Final = text("""
    SELECT coalesce(sum(deliveries), 0) AS balls, count(DISTINCT CAST(filmed_at AS date)) AS days,
        coalesce(bool_or(CAST(filmed_at AS date) = CAST(jobs.created_at AS date)), false) AS own_day
    FROM jobs
    LEFT JOIN clips ON clips.owner_type = jobs.owner_type AND clips.owner_id = jobs.owner_id
        AND clips.player_id = jobs.player_id AND clips.deliveries > 0 AND clips.job_id <> jobs.id
        AND clips.filmed_at > jobs.created_at - interval '7 days' AND clips.filmed_at <= jobs.created_at
    WHERE jobs.id = :job_id AND jobs.player_id IS NOT NULL
    GROUP BY jobs.id
""")


async def read_past(
    database: Database, job_id: UUID, discipline: Discipline | None
) -> tuple[tuple[EarlierClip, ...], Filmed | None]:
    """The player's newest clip before this one, of ``discipline`` or of each, and the deliveries of the week before.

    With the newest clip come the drills of the :data:`PLANS_BEFORE` plans before its own.

    Nothing where nobody knows whose clip it is.
    """
    wanted = {"job_id": job_id, "discipline": discipline, "plans_before": PLANS_BEFORE}
    async with database.connect() as connection:
        clips = (await connection.execute(EARLIER, wanted)).all()
        filmed = (await connection.execute(_FILMED, {"job_id": job_id})).one_or_none()
    earlier = tuple(
        EarlierClip(
            job_id=str(clip.job_id),
            filmed_at=clip.filmed_at,
            discipline=Discipline(clip.discipline),
            numbers=msgspec.json.decode(clip.numbers, type=list[EarlierNumber]),
            drill_ids=clip.drill_ids,
            plans_before=msgspec.json.decode(clip.before, type=list[list[str]]),
            height_cm=clip.height_cm,
        )
        for clip in clips
    )
    return earlier, None if filmed is None else Filmed(balls=filmed.balls, days=filmed.days, own_day=filmed.own_day)
