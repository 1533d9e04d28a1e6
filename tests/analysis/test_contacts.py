"""A contact is a foot that is still, whatever the stride and the run-up."""

from dataclasses import replace

import numpy as np
import pytest
from bench.accuracy.contacts import CONTACTS, bowled
from tools.synthetic import stick

from cricksy.analysis.disciplines.bowling import find_delivery
from cricksy.analysis.events import time_at
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import Track

FPS = 60.0
BOWLER = replace(stick.Bowler(), release=1.02)


@pytest.mark.parametrize("seed", range(8))
def test_no_contact_is_stated_while_the_foot_moves(seed: int) -> None:
    one = bowled(seed)
    for event in one.seen.measurement.events:
        if event.name in CONTACTS:
            assert not one.moves(event.name, event.t_ms / 1000.0)


def sliding(until_s: float) -> Track:
    """A delivery whose front foot slides on, 3 H/s fast, from when it lands until then."""
    t = stick.times(FPS, 1.5)
    track = stick.video_of(stick.bowl(BOWLER, t), t, stick.Camera())
    at = int(np.searchsorted(t, BOWLER.release))
    front = int(np.argmax(track.landmarks[at, Joint.ANKLE : Joint.ANKLE + 2, 0]))
    foot = [joint + front for joint in (Joint.ANKLE, Joint.HEEL, Joint.TOE)]
    scale = float(np.ptp(track.landmarks[0, :, 1]))
    left_s = until_s - np.clip(t, BOWLER.front_contact, until_s)
    track.landmarks[:, foot, 0] -= (3.0 * scale * left_s)[:, None]
    return track


@pytest.mark.parametrize("slide_s", [0.04, 0.06, 0.08])
def test_a_foot_that_slides_on_has_not_landed_yet(slide_s: float) -> None:
    motion = clean(sliding(BOWLER.front_contact + slide_s))
    assert motion is not None
    action = find_delivery(motion)
    assert action is not None
    contact_s = time_at(motion, action.instants["front_foot_contact"].index)
    assert contact_s == pytest.approx(BOWLER.front_contact + slide_s, abs=0.02)


def test_a_foot_that_slides_until_release_has_no_contact() -> None:
    motion = clean(sliding(BOWLER.release + 0.3))
    assert motion is not None
    action = find_delivery(motion)
    assert action is None or "front_foot_contact" not in action.instants
