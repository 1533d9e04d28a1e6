"""What is kept of a clip's results for what is asked over many clips."""

import json
from typing import Any

import pytest
from tests.support.stored import Doing, stored

from cricksy.analysis.metrics.registry import BY_VIEW
from cricksy.results.clip import clip_facts
from cricksy.results.measurements import DOUBTED_VIEW
from cricksy.vocabulary import CameraView


def kept(doing: Doing, **summary: Any) -> set[str]:
    """Names of the numbers of a clip whose summary says so."""
    results = json.loads(stored(doing).results)
    results["pose"]["pose_summary"] |= summary
    facts = clip_facts(json.dumps(results).encode(), BY_VIEW)
    assert facts is not None
    return {number.name for number in facts.numbers}


@pytest.mark.parametrize("view", [None, *CameraView])
@pytest.mark.parametrize("confidence", [0.0, DOUBTED_VIEW, 0.46, 1.0])
def test_numbers_that_mean_something_else_from_elsewhere_are_kept_of_clips_from_the_side(
    view: CameraView | None, confidence: float
) -> None:
    """Who compares clips over time knows nothing of their views."""
    everything = kept("bowling", camera_view="side", camera_view_confidence=1.0)
    assert everything >= BY_VIEW
    of_view = kept("bowling", camera_view=view, camera_view_confidence=confidence)
    is_side = view is CameraView.SIDE and confidence > DOUBTED_VIEW
    assert of_view == (everything if is_side else everything - BY_VIEW)


@pytest.mark.parametrize("doing", ["bowling", "batting"])
def test_an_action_that_was_said_but_not_found_has_no_numbers(doing: Doing) -> None:
    """Its knee is 0° when straight, that of a delivery 180°: the two make no line."""
    assert kept(doing)
    assert kept(doing, events=[]) == set()
