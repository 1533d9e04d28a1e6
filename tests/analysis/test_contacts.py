"""A contact is a foot that is still, whatever the stride and the run-up."""

from dataclasses import replace

import numpy as np
import pytest
from bench.accuracy.contacts import CONTACTS, bowled
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import film, mirrored
from tools.synthetic.player import draw

from cricksy.analysis.disciplines.bowling import find_delivery
from cricksy.analysis.events import time_at
from cricksy.analysis.measure import measure
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import Track
from cricksy.vocabulary import Given

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


def test_readings_of_one_delivery_that_differ_by_their_jitter_have_the_same_contacts() -> None:
    apart = 0
    for seed in range(6):
        readings = [contacts_of(seed, reading) for reading in range(3)]
        for name in CONTACTS:
            frames = [frame for reading in readings if (frame := reading.get(name)) is not None]
            assert len(frames) in {0, len(readings)}
            apart += bool(frames) and max(frames) - min(frames) > 1
    assert apart == 0


def contacts_of(seed: int, reading: int) -> dict[str, int]:
    """Frames of the contacts of a delivery, as one of several readings with twice the usual jitter has them."""
    performance = draw(seed, "bowling")
    filmed = film(performance, View(), fps=30.0, faults=Faults(jitter=2.0), seed=1000 * reading + seed)
    return {event.name: event.frame for event in measure(filmed.track, filmed.video, Given()).events}


def test_a_mirrored_foot_lands_on_the_same_frame() -> None:
    filmed = film(draw(3, "bowling"), View(), fps=60.0, faults=Faults(jitter=2.0), seed=3)
    events = [measure(track, filmed.video, Given()).events for track in (filmed.track, mirrored(filmed.track))]
    assert [(event.name, event.frame) for event in events[0]] == [(event.name, event.frame) for event in events[1]]
