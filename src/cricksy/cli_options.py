"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def data_dir_option(text: str, default: Path | None = None) -> Callable[[_Command], _Command]:
    """``--data-dir``: the directory of an embedded stack; ``text`` is its help."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=default,
        show_default=default is not None,
        help=text,
    )
