"""A contact is a foot that is still, whatever the stride and the run-up; where none was found, the reason is true."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from bench.accuracy.contacts import CONTACTS, Landed, batted, bowled
from bench.accuracy.trials import KEPT_BACK
from tools.synthetic import stick
from tools.synthetic.camera import View
from tools.synthetic.faults import Faults
from tools.synthetic.film import container, film, mirrored
from tools.synthetic.player import draw

from cricksy.analysis.corrections import Corrections
from cricksy.analysis.disciplines.bowling import find_delivery
from cricksy.analysis.disciplines.landing import STILL, STILL_S
from cricksy.analysis.events import time_at
from cricksy.analysis.measure import Measurement, measure
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.analysis.skeleton import Joint, Side
from cricksy.analysis.track import Track
from cricksy.vocabulary import CameraView, Discipline, Given

FPS = 60.0
BOWLER = replace(stick.Bowler(), release=1.02)
BATTER = stick.Batter()
FRONT, BACK = Side.LEFT, Side.RIGHT
"""The feet of stick figures, which are right-handed."""
FOOT = (Joint.ANKLE, Joint.HEEL, Joint.TOE)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("act", [bowled, batted])
def test_no_contact_is_stated_while_the_foot_moves(act: Callable[[int], Landed], seed: int) -> None:
    one = act(seed)
    for event in one.seen.measurement.events:
        if event.name in CONTACTS:
            assert not one.moves(event.name, event.t_ms / 1000.0)


def test_a_stroke_off_the_front_foot_has_its_contact() -> None:
    """The others of these eight pull, off a foot that is only lifted."""
    late = [batted(seed).late_frames["front_foot_contact"] for seed in (0, 1, 4, 5, 6, 7)]
    assert max(map(abs, late)) <= 1.0


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("by", [0.08, 0.1])
@pytest.mark.parametrize("seed", range(4))
def test_a_foot_that_is_read_elsewhere_for_a_moment_has_not_landed_again(seed: int, by: float, fps: float) -> None:
    performance = draw(seed, "bowling", "right")
    filmed = film(performance, fps=fps)
    track, events = filmed.track, filmed.truth.events
    t_s, lands_s = track.t_ms / 1000.0, events["back_foot_contact"]
    middle_s = (lands_s + events["front_foot_contact"]) / 2
    astray = np.abs(t_s - middle_s) <= 0.034
    landmarks = track.landmarks.copy()
    plain = clean(track)
    assert plain is not None
    for joint in (Joint.ANKLE, Joint.HEEL, Joint.TOE):
        landmarks[astray, joint + Side.RIGHT, 0] += by * plain.scale
    spoilt = clean(replace(track, landmarks=landmarks))
    assert spoilt is not None
    action = find_delivery(spoilt)
    assert action is not None
    late_s = time_at(spoilt, action.instants["back_foot_contact"].index) - lands_s
    assert abs(late_s) <= max(1.0 / fps, 0.02)


def test_an_ankle_that_leans_over_a_standing_foot_is_that_foots() -> None:
    """It goes from its spot and comes back, slowly: nothing of it is another foot's."""
    for seed in range(KEPT_BACK, KEPT_BACK + 12):
        filmed = film(draw(seed, "bowling"), phase=float(np.random.default_rng([seed, 1]).random()), seed=seed)
        found = {event.name: event.t_ms for event in measure(filmed.track, filmed.video, Given()).events}
        assert found["back_foot_contact"] / 1000 == pytest.approx(
            filmed.truth.events["back_foot_contact"], abs=1.5 / FPS
        )


def sliding(until_s: float, speed: float = 3.0, fps: float = FPS) -> Track:
    """A delivery whose front foot slides on at ``speed`` in H/s from when it lands until then."""
    t, camera = stick.times(fps, 1.5), stick.Camera()
    track = stick.video_of(stick.bowl(BOWLER, t), t, camera)
    at = int(np.searchsorted(t, BOWLER.release))
    front = int(np.argmax(track.landmarks[at, Joint.ANKLE : Joint.ANKLE + 2, 0]))
    foot = [joint + front for joint in (Joint.ANKLE, Joint.HEEL, Joint.TOE)]
    left_s = until_s - np.clip(t, BOWLER.front_contact, until_s)
    track.landmarks[:, foot, 0] -= (speed * camera.px_per_h * left_s)[:, None]
    return track


@pytest.mark.parametrize("slide_s", [0.04, 0.06, 0.08])
def test_a_foot_that_slides_on_has_not_landed_yet(slide_s: float) -> None:
    motion = clean(sliding(BOWLER.front_contact + slide_s))
    assert motion is not None
    action = find_delivery(motion)
    assert action is not None
    contact_s = time_at(motion, action.instants["front_foot_contact"].index)
    assert contact_s == pytest.approx(BOWLER.front_contact + slide_s, abs=0.02)


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("speed", [1.2, 1.5, 2.0, 4.0])
@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.3])
def test_a_foot_that_slides_until_release_has_no_contact(after_s: float, speed: float, fps: float) -> None:
    assert speed > STILL / STILL_S
    motion = clean(sliding(BOWLER.release + after_s, speed, fps))
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


def bowl(bowler: stick.Bowler = BOWLER, fps: float = FPS) -> Track:
    t = stick.times(fps, bowler.seconds)
    return stick.video_of(stick.bowl(bowler, t), t, stick.Camera())


def bat(batter: stick.Batter = BATTER) -> Track:
    t = stick.times(FPS, batter.seconds)
    return stick.video_of(stick.bat(batter, t), t, stick.Camera(px_per_h=400.0))


def slid(track: Track, side: Side, start_s: float, until_s: float) -> Track:
    """The same with a foot that slides on, 2 H/s fast, half of which the knee makes."""
    left = 2.0 * stick.Camera().px_per_h * (until_s - np.clip(track.t_ms / 1000.0, start_s, until_s))
    track.landmarks[:, [joint + side for joint in FOOT], 0] -= left[:, None]
    track.landmarks[:, Joint.KNEE + side, 0] -= left / 2
    return track


def hidden(track: Track, side: Side, start_s: float, until_s: float) -> Track:
    """The same with a foot that is not seen from one time to another."""
    t_s = track.t_ms / 1000.0
    for joint in FOOT:
        track.landmarks[(t_s >= start_s) & (t_s <= until_s), joint + side, 3] = 0.0
    return track


def landing_early() -> Track:
    """A delivery of one who stands on both feet from 0.44 s before release, on a back foot that does not follow."""
    track = bowl(replace(BOWLER, back_contact=0.38, front_contact=0.58, speed=0.5))
    landed = int(np.searchsorted(track.t_ms, 580.0))
    leg = [joint + BACK for joint in (Joint.KNEE, *FOOT)]
    track.landmarks[landed:, leg] = track.landmarks[landed, leg]
    return track


def without_a_step() -> Track:
    track = bat()
    track.landmarks[:, [joint + FRONT for joint in FOOT]] = track.landmarks[0, [joint + FRONT for joint in FOOT]]
    return track


def measured(track: Track, fps: float = FPS, corrections: Corrections | None = None) -> Measurement:
    given = Given(camera_view=CameraView.SIDE)
    return measure(track, container(track, fps), given, corrections)


def reasons(found: Measurement) -> dict[str, str | None]:
    return {one.name: one.reason for one in found.measures}


NEED_BACK = ("run_up_speed", "run_up_kept", "back_to_front_contact")
NEED_FRONT = ("stride_length", "front_contact_to_release", "trunk_lean_front_contact", "head_drop")
SET_IT = "set the moment yourself where you see it land."


@dataclass(frozen=True)
class Unseen:
    """A film, the measures that need a contact which it does not show, and what they say."""

    track: Callable[[], Track]
    measures: tuple[str, ...]
    says: str
    fps: float = FPS


UNSEEN = {
    "front foot slides": Unseen(
        lambda: slid(bowl(), FRONT, BOWLER.front_contact, BOWLER.release),
        (*NEED_BACK, *NEED_FRONT, "knee_front_contact", "knee_change", "arm_delay"),
        f"The front foot does not come to rest in time before release: {SET_IT}",
    ),
    "front foot slides at 30 frames a second": Unseen(
        lambda: slid(bowl(fps=30.0), FRONT, BOWLER.front_contact, BOWLER.release),
        (*NEED_BACK, *NEED_FRONT),
        f"The front foot does not come to rest in time before release: film at 60 frames a second or more, or {SET_IT}",
        fps=30.0,
    ),
    "back foot slides": Unseen(
        lambda: slid(bowl(), BACK, BOWLER.back_contact, BOWLER.front_contact + 0.3),
        NEED_BACK,
        f"The back foot does not come to rest in time before the front foot lands: {SET_IT}",
    ),
    "front foot hidden": Unseen(
        lambda: hidden(bowl(), FRONT, 0.0, BOWLER.seconds),
        NEED_FRONT,
        "The video does not show the front foot land: keep both feet in the picture.",
    ),
    "back foot hidden": Unseen(
        lambda: hidden(bowl(), BACK, 0.0, BOWLER.front_contact + 0.05),
        NEED_BACK,
        "The video does not show the back foot land: film the run-up too, with both feet in the picture.",
    ),
    "front foot lands early": Unseen(
        landing_early,
        (*NEED_BACK, *NEED_FRONT),
        "The front foot lands at a time that does not fit this delivery: check the moments and correct them.",
    ),
    "back foot lands early": Unseen(
        lambda: bowl(replace(BOWLER, back_contact=0.2, speed=0.8)),
        NEED_BACK,
        "The back foot lands at a time that does not fit this delivery: check the moments and correct them.",
    ),
    "film begins late": Unseen(
        lambda: bowl().take(np.arange(round(0.9 * FPS), round(BOWLER.seconds * FPS))),
        (*NEED_BACK, *NEED_FRONT),
        "The video shows no step of the front foot before release: start filming earlier.",
    ),
    "batter's foot is in the air": Unseen(
        lambda: bat(replace(BATTER, contact=1.45)),
        ("front_contact_to_impact",),
        f"The front foot does not come to rest in time before impact: {SET_IT}",
    ),
    "batter's foot hidden": Unseen(
        lambda: hidden(bat(), FRONT, BATTER.contact - 0.2, BATTER.impact + 0.2),
        ("front_contact_to_impact",),
        "The video does not show the front foot land: keep both feet in the picture.",
    ),
    "batter's foot lands before the stroke": Unseen(
        lambda: bat(replace(BATTER, contact=0.5)),
        ("front_contact_to_impact",),
        "The front foot lands at a time that does not fit this stroke: check the moments and correct them.",
    ),
    "batter stands": Unseen(
        without_a_step,
        ("front_contact_to_impact",),
        "The video shows no step of the front foot before impact.",
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_needs_a_contact_that_was_not_found_says_why(name: str) -> None:
    unseen = UNSEEN[name]
    found = reasons(measured(unseen.track(), unseen.fps))
    assert {name: found[name] for name in unseen.measures} == dict.fromkeys(unseen.measures, unseen.says)


def test_a_knee_without_its_contact_says_why_it_is_not_judged() -> None:
    knee = measured(slid(bowl(), FRONT, BOWLER.front_contact, BOWLER.release)).metrics["front_knee_brace_score"]
    assert knee.value is not None
    assert knee.reason == (
        "Measured, but too unsure to be judged: the front foot does not come to rest in time before release."
    )


def test_a_landing_that_the_coach_sets_is_measured() -> None:
    track = slid(bowl(), FRONT, BOWLER.front_contact, BOWLER.release)
    found = reasons(measured(track, corrections=Corrections(Discipline.BOWLING, {"front_foot_contact": 900.0})))
    assert {found[name] for name in NEED_FRONT} == {None}


def test_a_landing_that_the_coach_leaves_behind_does_not_fit() -> None:
    found = reasons(measured(bowl(), corrections=Corrections(Discipline.BOWLING, {"back_foot_contact": 930.0})))
    says = "The front foot lands at a time that does not fit this delivery: check the moments and correct them."
    assert {found[name] for name in NEED_FRONT} == {says}
