"""The players of an owner, as the owner's sessions name them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, and_, func, literal, select

from cricksy.data.engine import Database
from cricksy.data.models import Session, SessionPlayer
from cricksy.data.sessions import Owner


class ListedPlayer(msgspec.Struct, frozen=True, kw_only=True):
    """A player in short."""

    player_id: str
    """Your own id of the player."""
    sessions: int
    """Number of sessions that name the player."""
    last_session_at: datetime
    """When the newest of them was created."""


async def list_players(database: Database, owner: Owner, *, after: str | None, limit: int) -> list[ListedPlayer]:
    """At most ``limit`` players in the order of their ids, from the one after ``after``."""
    async with database.connect() as connection:
        rows = (await connection.execute(players_page(owner, after=after, limit=limit))).mappings().all()
    return [ListedPlayer(**row) for row in rows]


def players_page(owner: Owner, *, after: str | None, limit: int) -> Select[*tuple[Any, ...]]:
    """One step in the index for each player, however many sessions the player has: PostgreSQL has no skip scan."""
    of_owner = and_(SessionPlayer.owner_type == owner.type, SessionPlayer.owner_id == owner.id)
    next_player = select(SessionPlayer.player_id).where(of_owner).order_by(SessionPlayer.player_id).limit(1)
    first = next_player if after is None else next_player.where(SessionPlayer.player_id > after)
    page = select(first.scalar_subquery().label("player_id"), literal(1).label("number")).cte("page", recursive=True)
    following = next_player.where(SessionPlayer.player_id > page.c.player_id).scalar_subquery()
    page = page.union_all(
        select(following, page.c.number + 1).where(page.c.player_id.is_not(None), page.c.number < limit)
    )
    theirs = select(func.count()).where(of_owner, SessionPlayer.player_id == page.c.player_id)
    newest = (
        select(Session.created_at)
        .join(SessionPlayer, SessionPlayer.session_id == Session.id)
        .where(of_owner, SessionPlayer.player_id == page.c.player_id)
        .order_by(SessionPlayer.session_id.desc())
        .limit(1)
    )
    return (
        select(
            page.c.player_id,
            theirs.scalar_subquery().label("sessions"),
            newest.scalar_subquery().label("last_session_at"),
        )
        .where(page.c.player_id.is_not(None))
        .order_by(page.c.number)
    )
