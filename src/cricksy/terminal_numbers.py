"""The measures of the shown action as one compact table of the coach's report in a terminal."""

from rich import box
from rich.table import Table
from rich.text import Text

from cricksy.analysis.coaching.numbers import SUFFIXES, band_of
from cricksy.results.measures import Measure, Reference
from cricksy.results.schema import Results


def numbers_table(results: Results) -> Table | None:
    """Those that were measured, with what is published of them; ``None`` where there are none."""
    measured = [
        measure
        for measure in results.measures
        if measure.value is not None and measure.action == results.primary_action
    ]
    if not measured:
        return None
    table = Table(box=box.SIMPLE_HEAD, title="In numbers", title_justify="left", title_style="bold", expand=True)
    table.add_column("", ratio=2)
    table.add_column("Value", ratio=2)
    table.add_column("For comparison", ratio=3)
    for measure in measured:
        reference = "" if measure.reference is None else _compared(measure, measure.reference)
        table.add_row(measure.title, _number(measure), Text(reference, style="dim"))
    return table


def _number(measure: Measure) -> str:
    value, digits = measure.value, measure.digits
    within = "" if measure.uncertainty is None else f" ± {measure.uncertainty:.{digits}f}"
    return f"{value:z.{digits}f}{within}{SUFFIXES[measure.unit]}"


def _compared(measure: Measure, reference: Reference) -> str:
    band = band_of(reference, measure.unit, measure.digits)
    return f"{f'{band}: ' if band else ''}{reference.text} ({reference.source})"
