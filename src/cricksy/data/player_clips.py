"""A player's clips over time, for the API: every number of them, and the deliveries. Every WHERE names the owner."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Date, ScalarSelect, Select, cast, exists, func, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from cricksy.data.engine import Database
from cricksy.data.models import Clip, Job, Number, Session, SessionPlayer
from cricksy.data.sessions import Owner
from cricksy.results.measures import Reference
from cricksy.vocabulary import AgeGroup, BowlingStyle, Discipline, NumberKind


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A number of one clip as its results published it."""

    name: str
    discipline: Discipline
    kind: NumberKind
    job_id: UUID
    session_id: UUID
    action: int | None
    at: datetime
    """When the clip's job was made."""
    value: float
    uncertainty: float
    unit: str
    confidence: float
    height_cm: int | None
    title: str | None
    digits: int | None
    reference: Reference | None


class NumberFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which numbers are asked for; ``None`` leaves all. Both days are UTC days and belong to the range."""

    name: str | None = None
    discipline: Discipline | None = None
    first: date | None = None
    last: date | None = None


async def has_player(database: Database, owner: Owner, player_id: str) -> bool:
    """Whether a session of the owner names the player."""
    named = exists().where(
        SessionPlayer.owner_type == owner.type,
        SessionPlayer.owner_id == owner.id,
        SessionPlayer.player_id == player_id,
    )
    async with database.connect() as connection:
        return bool((await connection.execute(select(named))).scalar_one())


async def read_numbers(
    database: Database, owner: Owner, player_id: str, which: NumberFilter, *, limit: int
) -> list[Told]:
    """The newest ``limit`` of each number in each discipline, by name and discipline and then from new to old."""
    async with database.connect() as connection:
        rows = (await connection.execute(numbers_of(owner, player_id, which, limit=limit))).mappings().all()
    return [_told(dict(row)) for row in rows]


def numbers_of(owner: Owner, player_id: str, which: NumberFilter, *, limit: int) -> Select[*tuple[Any, ...]]:
    """The statement of :func:`read_numbers`.

    One step in the index finds each next line, and one more its newest numbers, however many there are: PostgreSQL has
    no skip scan.
    """
    mine = (Number.owner_type == owner.type, Number.owner_id == owner.id, Number.player_id == player_id)
    key = (Number.name, Number.discipline)
    wanted = [*mine]
    if which.name is not None:
        wanted.append(Number.name == which.name)
    if which.discipline is not None:
        wanted.append(Number.discipline == which.discipline)
    of_line = select(*key).where(*wanted).order_by(*key).limit(1)
    first = of_line.subquery("first")
    lines = select(first.c.name, first.c.discipline).cte("lines", recursive=True)
    behind = tuple_(*key) > tuple_(lines.c.name, lines.c.discipline)
    following = of_line.where(behind).lateral("following")
    lines = lines.union_all(select(following.c.name, following.c.discipline).select_from(lines.join(following, true())))
    newest_first = (Number.filmed_at.desc(), Number.job_id.desc())
    told = (getattr(Number, name).label(label) for name, label in _TOLD.items())
    points = select(*told).where(*mine, Number.name == lines.c.name, Number.discipline == lines.c.discipline)
    if which.first is not None:
        points = points.where(Number.filmed_at >= cast(which.first, Date))
    if which.last is not None:
        # In the database, whose days go on where Python's end.
        points = points.where(Number.filmed_at < cast(which.last, Date) + 1)
    point = points.order_by(*newest_first).limit(limit).lateral("point")
    order = (point.c.name, point.c.discipline, point.c["at"].desc(), point.c.job_id.desc())
    return select(point).select_from(lines.join(point, true())).order_by(*order)


_TOLD: Final = {name: name for name in Told.__struct_fields__ if name != "at"} | {"filmed_at": "at"}


def _told(columns: dict[str, Any]) -> Told:
    stored = columns.pop("reference")
    return Told(reference=None if stored is None else msgspec.convert(stored, Reference), **columns)


class Bowled(msgspec.Struct, frozen=True, kw_only=True):
    """The deliveries in the clips of one UTC day."""

    day: date
    balls: int


class PlayersBowling(msgspec.Struct, frozen=True, kw_only=True):
    """What was filmed of a player's bowling, and what the coach said last of the player."""

    today: date
    """UTC, on the database's clock."""
    days: list[Bowled]
    """Those with a delivery, from old to new."""
    age_group: AgeGroup | None
    bowling_style: BowlingStyle | None


async def read_bowling(database: Database, owner: Owner, player_id: str, *, days: int) -> PlayersBowling:
    """The player's deliveries of the last ``days`` days."""
    day = cast(Clip.filmed_at, Date).label("day")
    mine = (Clip.owner_type == owner.type, Clip.owner_id == owner.id, Clip.player_id == player_id)
    since = func.now() - timedelta(days=days)
    bowled = (
        select(day, func.sum(Clip.deliveries).label("balls"))
        .where(*mine, Clip.deliveries > 0, Clip.filmed_at >= since)
        .group_by(day)
        .order_by(day)
    )
    player = select(
        cast(func.now(), Date).label("today"),
        _said(owner, player_id, Session.age_group, Job.age_group).label("age_group"),
        _said(owner, player_id, Session.bowling_style, Job.bowling_style).label("bowling_style"),
    )
    async with database.connect() as connection:
        said = (await connection.execute(player)).mappings().one()
        found = (await connection.execute(bowled)).mappings().all()
    return PlayersBowling(days=[Bowled(**row) for row in found], **said)


def _said(
    owner: Owner, player_id: str, of_session: InstrumentedAttribute[Any], of_job: InstrumentedAttribute[Any]
) -> ScalarSelect[Any]:
    """What the newest session or clip of the player says that says anything: identifiers rise with time."""
    sessions = (
        select(Session.id, of_session.label("said"))
        .join(SessionPlayer, SessionPlayer.session_id == Session.id)
        .where(
            SessionPlayer.owner_type == owner.type,
            SessionPlayer.owner_id == owner.id,
            SessionPlayer.player_id == player_id,
            of_session.is_not(None),
        )
        .order_by(SessionPlayer.session_id.desc())
        .limit(1)
    )
    jobs = (
        select(Job.id, of_job.label("said"))
        .where(Job.owner_type == owner.type, Job.owner_id == owner.id, Job.player_id == player_id, of_job.is_not(None))
        .order_by(Job.id.desc())
        .limit(1)
    )
    newest = sessions.union_all(jobs).subquery("newest")
    return select(newest.c.said).order_by(newest.c.id.desc()).limit(1).scalar_subquery()
