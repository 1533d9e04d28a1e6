"""``/players``: whom the owner's sessions name."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from cricksy.api.bodies import PlayerPage
from cricksy.api.openapi import CoachOperation, coach_problems
from cricksy.api.pages import PageRequest, provide_page
from cricksy.api.problems import Invalid
from cricksy.api.services import Services
from cricksy.api.tokens import Coach
from cricksy.data.players import list_players


class Players(Controller):
    path = "/players"
    tags = ("Players",)
    dependencies = {"page": Provide(provide_page)}  # noqa: RUF012 - the form is the framework's

    @get(
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


def _player_id(text: str) -> str:
    if "\x00" in text:
        # PostgreSQL takes no NUL, so this is no cursor of ours.
        raise ValueError(text)
    return text
