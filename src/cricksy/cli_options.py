"""Options that several commands share."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cricksy.vocabulary import AgeGroup, BowlingStyle

_Command = TypeVar("_Command", bound=Callable[..., Any])


class FiniteRange(click.FloatRange):
    """A number within limits. :class:`click.FloatRange` takes ``nan``, which no limit is less or greater than."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


def data_dir_option(text: str, default: Path | None = None) -> Callable[[_Command], _Command]:
    """``--data-dir``: the directory of an embedded stack; ``text`` is its help."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=default,
        show_default=default is not None,
        help=text,
    )


def player_options(command: _Command) -> _Command:
    """``--height-cm``, ``--age-group`` and ``--bowling-style``: what the player is, as a session has it."""
    options = (
        click.option("--height-cm", type=click.IntRange(80, 230), help="Height of the player, with shoes."),
        click.option(
            "--age-group", type=click.Choice(AgeGroup, case_sensitive=False), help="Default: the limits for juniors."
        ),
        click.option(
            "--bowling-style", type=click.Choice(BowlingStyle, case_sensitive=False), help="Default: not known."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
