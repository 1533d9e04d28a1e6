"""``/players``: whom the owner's sessions name, and what their clips say over time."""

from typing import Final

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from cricksy.api.bodies import PlayerPage
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.pages import PageRequest, provide_page
from cricksy.api.player_bodies import (
    DisciplineFilter,
    FirstDay,
    LastDay,
    NumberName,
    PlayerInPath,
    PlayerLoad,
    PlayerProgress,
)
from cricksy.api.player_lines import lines_of
from cricksy.api.player_load import DAYS, load_of
from cricksy.api.problems import FieldError, Invalid, NotFound
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.player_clips import NumberFilter, has_player, read_bowling, read_numbers
from cricksy.data.players import list_players

POINTS: Final = 200
"""Points of a line at most: those of 27 numbers come to some 1.2 MB."""


class Players(Controller):
    path = "/players"
    tags = ("Players",)

    @get(
        dependencies={"page": Provide(provide_page)},
        operation_class=CoachOperation,
        operation_id="listPlayers",
        summary="List the players",
        description=(
            "Returns the players that your sessions name, in the order of their ids. Pass `next_cursor` as `cursor` to "
            "get the next page; it is null on the last one."
        ),
        response_description="A page of players.",
        responses=coach_problems(Invalid),
    )
    async def list(
        self,
        request: Request[Coach, None, State],
        services: NamedDependency[Services],
        page: NamedDependency[PageRequest],
    ) -> PlayerPage:
        owner = request.user.owner
        scope = ("players", owner)
        after = page.after(scope, _player_id)
        found = await list_players(services.database, owner, after=after, limit=page.limit + 1)
        items, next_cursor = page.cut(scope, found, lambda player: player.player_id)
        return PlayerPage(items=items, next_cursor=next_cursor)

    @get(
        "/{player_id:str}/progress",
        operation_class=CoachOperation,
        operation_id="getPlayerProgress",
        summary="Read a player's numbers over time",
        description=(
            "Returns each metric and measure of the player's completed clips over time, with its error, and whether "
            "it changed by more than the errors of the first clip and the last. A clip counts for its `player_id`. "
            "Each line has its newest 200 points. Encode the id as one segment of the path."
        ),
        response_description="The numbers.",
        responses=coach_problems(NotFound, Invalid),
    )
    async def progress(  # noqa: PLR0913, PLR0917 - whose, and which of it
        self,
        request: Request[Coach, None, State],
        services: NamedDependency[Services],
        player_id: PlayerInPath,
        name: NumberName = None,
        discipline: DisciplineFilter = None,
        first: FirstDay = None,
        last: LastDay = None,
    ) -> PlayerProgress:
        if first is not None and last is not None and first > last:
            raise Invalid(errors=[FieldError("from", "must not be later than to")])
        database, owner = services.database, request.user.owner
        if not await has_player(database, owner, player_id):
            raise NotFound
        which = NumberFilter(name=name, discipline=discipline, first=first, last=last)
        told = await read_numbers(database, owner, player_id, which, limit=POINTS + 1)
        return PlayerProgress(player_id=player_id, items=lines_of(told, POINTS))

    @get(
        "/{player_id:str}/load",
        operation_class=CoachOperation,
        operation_id="getPlayerLoad",
        summary="Read how much a player bowled",
        description=(
            "Returns the deliveries that were filmed of the player by day and week, beside what guidelines allow the "
            "age group. It counts what was filmed, not what was bowled. Days and weeks are UTC, and weeks begin on "
            "Monday. Encode the id as one segment of the path."
        ),
        response_description="The load.",
        responses=coach_problems(NotFound, Invalid),
    )
    async def load(
        self, request: Request[Coach, None, State], services: NamedDependency[Services], player_id: PlayerInPath
    ) -> PlayerLoad:
        database, owner = services.database, request.user.owner
        if not await has_player(database, owner, player_id):
            raise NotFound
        return load_of(player_id, await read_bowling(database, owner, player_id, days=DAYS))


def _player_id(text: str) -> str:
    if "\x00" in text:
        # PostgreSQL takes no NUL, so this is no cursor of ours.
        raise ValueError(text)
    return text
