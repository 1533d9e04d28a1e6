"""When the front knee of a delivery gets a class."""

from dataclasses import replace

import pytest
from tools.synthetic.film import film
from tools.synthetic.player import standard

from cricksy.analysis.disciplines.base import Judged
from cricksy.analysis.disciplines.bowling import find_delivery
from cricksy.analysis.disciplines.registry import profile_of
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.knee import knee_action
from cricksy.analysis.preprocessing import cleaning
from cricksy.vocabulary import CameraView, Discipline


@pytest.mark.parametrize("fps", [60.0, 120.0, 240.0])
@pytest.mark.parametrize("frames", [0.5, 1.0, 1.1, 2.3])
def test_a_class_needs_a_fast_camera_and_a_contact_known_to_the_frame(fps: float, frames: float) -> None:
    motion = cleaning.clean(film(standard(), fps=fps).track)
    assert motion is not None
    action = find_delivery(motion)
    assert action is not None
    contact = replace(action.instants["front_foot_contact"], uncertainty_s=frames / fps)
    action = replace(action, instants=action.instants | {"front_foot_contact": contact})
    view = Judged(CameraView.SIDE, 0.9, "inferred")
    knee = knee_action(Scene(motion, action, view, profile_of(Discipline.BOWLING)))
    assert knee is not None
    assert knee.contact is not None
    assert (knee.kind is not None) == (fps >= 100.0 and frames <= 1.0)
