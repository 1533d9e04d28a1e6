"""Metrics in the log: in CloudWatch's format, through the logger that both programs have."""

import subprocess
import sys
import time

import jsonschema_rs
import msgspec
import pytest
from tests.support.emf import UNITS as EMF_UNITS
from tests.support.emf import metrics_of

from cricksy.metrics import UNITS, metrics

PROGRAM = """
import structlog
from cricksy import logs
from cricksy.metrics import UNITS, metrics

logs.configure("worker", "INFO")
structlog.get_logger().info("everything", **metrics(**dict.fromkeys(UNITS, 1.5)))
structlog.get_logger().info("some", **metrics(slots=2, busy=0, film_s=None))
"""


def test_the_loggers_lines_are_in_the_embedded_metric_format() -> None:
    before_ms = time.time_ns() // 1_000_000
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    everything, some = (msgspec.json.decode(line) for line in done.stdout.splitlines())
    assert metrics_of(everything) == dict.fromkeys(UNITS, 1.5)
    assert metrics_of(some) == {"slots": 2, "busy": 0}
    assert "film_s" not in some
    assert some["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert before_ms <= some["_aws"]["Timestamp"] <= time.time_ns() // 1_000_000
    assert (some["event"], some["service"]) == ("some", "worker")


def test_every_unit_is_one_of_cloudwatchs() -> None:
    assert set(UNITS.values()) <= set(EMF_UNITS)


def test_a_metric_that_nobody_named_is_an_error() -> None:
    with pytest.raises(KeyError):
        metrics(unheard_of=1)


@pytest.mark.parametrize(
    ("name", "value"), [("Timestamp", "now"), ("CloudWatchMetrics", "none"), ("CloudWatchMetrics", ["no directive"])]
)
def test_a_line_in_another_format_is_noticed(name: str, value: object) -> None:
    fields = metrics(slots=1)
    fields["_aws"][name] = value
    with pytest.raises(jsonschema_rs.ValidationError):
        metrics_of({**fields, "service": "worker"})
