"""The report as a coach reads it in a terminal."""

import io

import msgspec
from rich.console import Console
from tests.support.stored import stored

from cricksy.results.schema import Results
from cricksy.terminal import print_report


def printed(results: Results) -> str:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as capture:
        print_report(results, console)
    return capture.get()


def with_confidence(results: Results, confidence: float) -> Results:
    metrics = {
        name: msgspec.structs.replace(metric, confidence=confidence if metric.score is not None else 0.0)
        for name, metric in results.metrics.items()
    }
    return msgspec.structs.replace(results, metrics=metrics)


def test_a_number_that_is_too_unsure_to_be_judged_is_printed_as_such() -> None:
    results = stored().read
    note = "too unsure to be judged (below 35%)"
    assert note not in printed(with_confidence(results, 0.9))
    unsure = printed(with_confidence(results, 0.2))
    assert note in unsure
    assert "20%" in unsure


def test_what_was_not_measured_says_why_instead_of_a_number() -> None:
    results = stored().read
    timing = results.metrics["hip_shoulder_separation_timing"]
    assert timing.reason is not None
    text = " ".join(printed(results).split())
    assert "cannot be seen from" in text
    assert "Hip–shoulder timing –" in text
