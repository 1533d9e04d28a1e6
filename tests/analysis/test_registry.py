"""The registry of metrics holds all that the rest of the program knows of them."""

from pathlib import Path

import pytest

import cricksy
from cricksy.analysis.coaching import catalogue
from cricksy.analysis.coaching.about import Who
from cricksy.analysis.disciplines.registry import PROFILES
from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.base import MetricSpec
from cricksy.vocabulary import AgeGroup, BowlingStyle

ROOT = Path(cricksy.__file__).parents[2]
CODE = [path for directory in ("src", "bench", "tools") for path in (ROOT / directory).rglob("*.py")]


@pytest.mark.parametrize("metric", registry.METRICS, ids=lambda metric: metric.name)
def test_a_name_stands_in_its_own_module_alone(metric: MetricSpec) -> None:
    (module,) = [path for path in CODE if f'"{metric.name}"' in path.read_text()]
    assert module.parent.name == "metrics"


@pytest.mark.parametrize("metric", registry.METRICS, ids=lambda metric: metric.name)
def test_what_can_be_found_has_words_for_every_audience(metric: MetricSpec) -> None:
    for profile in PROFILES:
        if metric.code is not None:
            adult = Who(profile.discipline, BowlingStyle.PACE, AgeGroup.ADULT)
            assert catalogue.advice_for(metric.code, adult) is not None


def test_names_and_codes_are_unique() -> None:
    names = [metric.name for metric in registry.METRICS]
    codes = [metric.code for metric in registry.METRICS if metric.code is not None]
    assert len(set(names)) == len(names)
    assert len(set(codes)) == len(codes)
