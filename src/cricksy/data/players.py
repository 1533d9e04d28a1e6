"""The players of an owner, as the owner's sessions name them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Integer, Select, and_, bindparam, func, literal, select

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
    statement, parameters = players_page(owner, after=after, limit=limit)
    async with database.connect() as connection:
        rows = (await connection.execute(statement, parameters)).mappings().all()
    return [ListedPlayer(**row) for row in rows]


def players_page(
    owner: Owner, *, after: str | None, limit: int
) -> tuple[Select[*tuple[Any, ...]], Mapping[str, object]]:
    """The statement of :func:`list_players`, and its values."""
    from_where = {} if after is None else {"after": after}
    return _page(goes_on=after is not None), {**owner.parameters(), **from_where, "limit": limit}


@cache
def _page(*, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """One step in the index for each player, however many sessions the player has: PostgreSQL has no skip scan."""
    of_owner = and_(
        SessionPlayer.owner_type == bindparam("owner_type", required=True),
        SessionPlayer.owner_id == bindparam("owner_id", required=True),
    )
    limit = bindparam("limit", type_=Integer, required=True)
    next_player = select(SessionPlayer.player_id).where(of_owner).order_by(SessionPlayer.player_id).limit(1)
    first = next_player.where(SessionPlayer.player_id > bindparam("after", required=True)) if goes_on else next_player
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
