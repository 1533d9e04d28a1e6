"""Numbers that describe an action: measured, with their error, never scored and never a verdict.

Parts of :class:`cricksy.results.schema.Results`, whose module says by which rules they may change.
"""

from typing import Annotated, Final, Literal

import msgspec

from cricksy.results.measurements import Moment, Result, Series

MeasureName = Annotated[str, msgspec.Meta(title="MeasureName")]
"""A measure of the analysis's registry. The title marks the type: the OpenAPI document lists the names there."""

MeasureUnit = Literal["percent_height", "m", "H/s", "m/s", "percent", "deg", "ms"]
MeasureGroup = Literal["run_up", "stride", "front_leg", "trunk_head", "arm", "backlift", "downswing"]

H_OF_HEIGHT: Final = 0.779  # ratio; thigh 0.245, shank 0.246, trunk 0.288 (Drillis and Contini 1966)
"""H, the body scale, over the height: leg and trunk."""


class Reference(Result, frozen=True, kw_only=True):
    """What published work says of a measure, in its unit; something to look at, not a target.

    ``low`` and ``high`` are both ``None`` where no range applies: of means and of what was only compared.
    """

    low: float | None
    """Lower end; ``None`` where there is none."""
    high: float | None
    """Upper end; ``None`` where there is none."""
    text: str
    """Whose values these are, or what was found, as part of a sentence."""
    source: str
    """The study or studies, with the number of players."""


class Measure(Result, frozen=True, kw_only=True):
    """One number of one action. ``reason`` is ``None`` if ``value`` is a number, else it says why it is not."""

    name: MeasureName
    """Which measure."""
    title: str
    """For a table."""
    group: MeasureGroup
    """The part of the action that it describes."""
    says: str
    """What it is, in one sentence."""
    value: float | None
    """The measured value in ``unit``; ``None`` if not measured."""
    unit: MeasureUnit
    """Unit of the other numbers. `percent_height` and `H/s` where the height is not known, `m` and `m/s` where it is;
    H is the body scale, 0.78 of the height."""
    uncertainty: float | None
    """Half-width of a 90 % interval around ``value``, in ``unit``."""
    digits: int
    """Decimals that are worth showing, 0–2."""
    confidence: float
    """How much to trust the value, 0–1."""
    reason: str | None
    """Why there is no value; ``None`` if there is one."""
    action: int | None
    """Index of the action; ``None`` where the film has none."""
    moments: list[Moment]
    """The frames nearest to the instants that the value is read at; empty where it has none."""
    reference: Reference | None
    """What published work says; ``None`` if nothing that fits this player is known."""
    series: Series | None = None
    """The same quantity over the whole window of the primary action, where it varies: at the last of ``moments`` it is
    ``value``. ``None`` elsewhere."""
