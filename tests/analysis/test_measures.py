"""The measures: true of synthetic players, honest about what a film cannot show, the same however it is filmed."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.overs import stored_over
from tests.support.stored import read, store, stored
from tools.synthetic.camera import View
from tools.synthetic.described import described
from tools.synthetic.film import Filmed, container, film, mirrored
from tools.synthetic.measures import measure as true_of
from tools.synthetic.performance import Performance
from tools.synthetic.player import Doing, draw, standard

from cricksy.analysis.coaching.numbers import Number
from cricksy.analysis.measure import measure
from cricksy.analysis.measures.registry import MEASURES
from cricksy.analysis.measures.units import Kind, scale_error, unit_of
from cricksy.analysis.rescore import rescore
from cricksy.analysis.skeleton import Joint
from cricksy.analysis.track import Background, Track
from cricksy.results.measures import H_OF_HEIGHT, Measure
from cricksy.results.player import PlayerFacts
from cricksy.vocabulary import AgeGroup, BowlingStyle, Discipline, Given

NAMES = [
    "run_up_speed",
    "run_up_kept",
    "back_to_front_contact",
    "stride_length",
    "front_contact_to_release",
    "knee_front_contact",
    "knee_release",
    "knee_change",
    "trunk_lean_front_contact",
    "trunk_lean_release",
    "side_lean_front_contact",
    "side_lean_release",
    "head_drop",
    "head_over_front_foot",
    "arm_delay",
    "release_height",
    "backlift_height",
    "batting_stride",
    "downswing_time",
    "front_contact_to_impact",
    "hand_speed",
    "head_over_front_foot_impact",
]
ALONG = {"side_lean_front_contact", "side_lean_release"}
FAST = {"knee_front_contact", "knee_release", "knee_change", "arm_delay", "release_height"}
BATTING = set(NAMES[NAMES.index("backlift_height") :])
DOINGS: list[Doing] = ["bowling", "batting"]
PLAYERS = [(doing, seed) for doing in DOINGS for seed in (None, 3)]
# Of the height, H/s, degrees, milliseconds: without noise what is left is what one camera does not see, as hands that
# swing past it, the low-pass filter, and the events.
CLOSE: dict[Kind, float] = {"length": 0.04, "speed": 0.4, "percent": 3.0, "deg": 5.0, "ms": 25.0}


@cache
def performance(doing: Doing, seed: int | None = None) -> Performance:
    return standard(doing) if seed is None else draw(seed, doing)


@cache
def filmed(doing: Doing, seed: int | None = None, fps: float = 120.0, yaw: float = 0.0) -> Filmed:
    return film(performance(doing, seed), View(yaw_deg=yaw), fps=fps)


def measures(video: Filmed, told: Given | None = None, track: Track | None = None) -> dict[str, Measure]:
    found = measure(track or video.track, video.video, told or Given())
    return {one.name: one for one in found.measures}


def test_the_names_are_those_of_the_contract_each_once() -> None:
    assert sorted(spec.name for spec in MEASURES) == sorted(NAMES)
    assert all(spec.title and spec.says.endswith(".") for spec in MEASURES)


@pytest.mark.parametrize(("doing", "seed"), PLAYERS)
def test_they_are_true_of_players_whose_joints_are_known(doing: Doing, seed: int | None) -> None:
    player = performance(doing, seed)
    true, scale, height = described(player), true_of(player).scale_m, player.body.stature
    found = measures(filmed(doing, seed))
    for spec in MEASURES:
        one = found[spec.name]
        if spec.name not in true or spec.name in ALONG:
            continue
        assert one.value is not None, (one.name, one.reason)
        assert one.uncertainty is not None
        own = {"length": 100.0 / height, "speed": 1.0 / scale}.get(spec.kind, 1.0)
        off = abs(one.value - own * true[spec.name])
        assert off <= CLOSE[spec.kind] * (100.0 if spec.kind == "length" else 1.0), spec.name
        # Nine in ten lie inside; of landmarks without noise none lies far outside.
        assert off <= 1.5 * one.uncertainty, spec.name


@pytest.mark.parametrize("yaw", [90.0, 270.0])
def test_from_the_front_and_from_behind_only_the_lean_to_the_side_shows(yaw: float) -> None:
    found, true = measures(filmed("bowling", yaw=yaw)), described(performance("bowling"))
    lean = found["side_lean_release"]
    assert lean.value == pytest.approx(true["side_lean_release"], abs=5.0)
    for name in set(NAMES) - ALONG - BATTING:
        assert found[name].value is None
        assert "film from the side" in (found[name].reason or "")
    assert "set the moment yourself" in (found["side_lean_front_contact"].reason or "")


@pytest.mark.parametrize("doing", DOINGS)
def test_a_slow_film_says_which_rate_a_measure_needs(doing: Doing) -> None:
    found = measures(filmed(doing, fps=30.0))
    needs = dict.fromkeys(FAST if doing == "bowling" else {"downswing_time", "front_contact_to_impact"}, 60)
    needs |= {} if doing == "bowling" else {"hand_speed": 120}
    for name, rate in needs.items():
        assert found[name].value is None
        assert (found[name].reason or "").endswith(f"film at {rate} or more.")
    times = [one for one in found.values() if one.unit == "ms" and one.value is not None]
    assert all((one.uncertainty or 0.0) >= 33.0 for one in times)


def test_what_is_measured_of_a_stroke_is_null_of_a_delivery() -> None:
    for doing in DOINGS:
        mine = BATTING if doing == "batting" else set(NAMES) - BATTING
        other = "delivery" if doing == "batting" else "stroke"
        for name, one in measures(filmed(doing)).items():
            if name not in mine:
                assert (one.value, one.uncertainty, one.confidence, one.moments) == (None, None, 0.0, [])
                assert f"of a {other}" in (one.reason or "")


def test_a_film_without_an_action_has_every_measure_without_a_value() -> None:
    results = store(film(standard("standing"))).read
    assert [one.name for one in results.measures] == [spec.name for spec in MEASURES]
    assert all(one.value is None and one.action is None and one.reason for one in results.measures)


@pytest.mark.parametrize("doing", DOINGS)
def test_the_mirrored_film_says_the_same(doing: Doing) -> None:
    video = filmed(doing)
    twin = measures(video, track=mirrored(video.track))
    for name, one in measures(video).items():
        assert (twin[name].value is None) is (one.value is None)
        if one.value is not None:
            assert twin[name].value == pytest.approx(one.value, abs=0.01), name
            assert twin[name].uncertainty == pytest.approx(one.uncertainty, abs=0.01), name


@pytest.mark.parametrize("doing", DOINGS)
def test_a_known_height_turns_shares_of_it_into_metres(doing: Doing) -> None:
    video = filmed(doing)
    told, plain = measures(video, Given(height_cm=180)), measures(video)
    metres_of: dict[str, tuple[str, float]] = {
        "percent_height": ("m", 1.8 / 100.0),
        "H/s": ("m/s", 1.8 * H_OF_HEIGHT),
    }
    for name, one in plain.items():
        unit, factor = metres_of.get(one.unit, (one.unit, 1.0))
        assert told[name].unit == unit
        if one.value is not None:
            assert told[name].value == pytest.approx(factor * one.value, abs=0.002), name
            assert told[name].confidence == one.confidence


@given(st.sampled_from(["length", "speed"]), st.integers(80, 230), st.floats(0.01, 10.0))
def test_twice_the_height_is_twice_the_metres(kind: Kind, height_cm: int, value: float) -> None:
    once, twice = unit_of(kind, height_cm), unit_of(kind, 2 * height_cm)
    assert 2.0 * once.factor * value == pytest.approx(twice.factor * value)
    assert once.name != unit_of(kind, None).name
    assert scale_error(once.name, once.factor * value) / (once.factor * value) == pytest.approx(
        scale_error(twice.name, twice.factor * value) / (twice.factor * value)
    )
    assert scale_error(once.name, value) > 0.0


PLAYER_FACTS = st.builds(
    PlayerFacts,
    height_cm=st.none() | st.integers(80, 230),
    age_group=st.none() | st.sampled_from(AgeGroup),
    bowling_style=st.none() | st.sampled_from(BowlingStyle),
)


@settings(deadline=None)
@given(PLAYER_FACTS)
def test_an_elite_bowlers_values_are_shown_to_adult_pace_bowlers_alone(player: PlayerFacts) -> None:
    for spec in MEASURES:
        unit = unit_of(spec.kind, player.height_cm)
        for reference in spec.references:
            shown = reference.published(unit, player)
            adult = player.age_group is AgeGroup.ADULT
            assert (reference.style is not None) is (spec.action == "delivery")
            assert reference.text
            assert reference.source
            assert (shown is not None) is (adult and reference.style in (None, player.bowling_style))
            if shown is not None and spec.name == "stride_length":
                share = 100.0 if player.height_cm is None else player.height_cm / 100.0
                assert (shown.low, shown.high) == pytest.approx((0.75 * share, 0.85 * share), abs=0.001)


def test_a_reference_comes_with_the_measure() -> None:
    adult = Given(height_cm=180, age_group=AgeGroup.ADULT, bowling_style=BowlingStyle.PACE)
    stride = measures(filmed("bowling"), adult)["stride_length"]
    assert stride.reference is not None
    assert (stride.reference.low, stride.reference.high) == (1.35, 1.53)
    assert measures(filmed("bowling"))["stride_length"].reference is None


def test_only_a_range_that_applies_is_a_band_and_no_other_reference_makes_a_player_stand_out() -> None:
    """Means, correlations and comparisons are words with their source: nobody's value is outside of them."""
    bands = {spec.name for spec in MEASURES for one in spec.references if (one.low, one.high) != (None, None)}
    assert bands == {"stride_length"}
    for spec, height_cm, style in product(MEASURES, (None, 180), BowlingStyle):
        player = PlayerFacts(height_cm=height_cm, age_group=AgeGroup.ADULT, bowling_style=style)
        unit = unit_of(spec.kind, height_cm)
        for reference in (one.published(unit, player) for one in spec.references if spec.name not in bands):
            for value in (-1e4, 0.0, 1e4):
                number = Number(spec.name, spec.title, value, 0.0, unit.name, 0, spec.group, reference)
                assert not number.beyond


def test_what_no_source_says_anything_of_has_no_reference() -> None:
    assert {spec.name for spec in MEASURES if not spec.references} == {
        "run_up_kept",
        "trunk_lean_front_contact",
        "head_drop",
        "head_over_front_foot",
        "release_height",
    }


@pytest.mark.parametrize("doing", DOINGS)
def test_a_series_is_the_value_at_the_last_of_its_moments_which_are_frames(doing: Doing) -> None:
    results = stored(doing).read
    frames = {frame.frame: frame.t_ms for frame in results.pose.frames}
    events = {event.frame for event in results.pose.pose_summary.events}
    measured = [one for one in results.measures if one.value is not None]
    assert any(one.series for one in measured)
    for one in measured:
        assert one.moments
        assert one.action == 0
        assert all(frames[moment.frame] == pytest.approx(moment.t_ms, abs=0.001) for moment in one.moments)
        assert {moment.frame for moment in one.moments} <= events or one.name == "hand_speed"
        if one.series is not None:
            assert one.series.value[one.series.t_ms.index(one.moments[-1].t_ms)] == one.value


def test_every_action_of_a_film_has_its_measures_and_the_primary_one_their_series(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    results = read(stored_over(3, 2, tmp_path_factory.mktemp("over") / "a.mp4").results)
    expected = [(place, spec.name) for place in range(3) for spec in MEASURES]
    assert [(one.action, one.name) for one in results.measures] == expected
    assert {one.action for one in results.measures if one.series is not None} == {results.primary_action}


def test_the_same_landmarks_give_the_same_bytes_and_a_correction_measures_again() -> None:
    once = stored()
    assert once.results == store(once.filmed).results
    contact_ms = once.truth_ms("front_foot_contact") - 40.0
    after = read(rescore(once.results, once.landmarks, {"front_foot_contact": contact_ms}))
    taken = {one.name: one.value for one in after.measures}["front_contact_to_release"]
    release_ms = next(event.t_ms for event in after.pose.pose_summary.events if event.name == "ball_release")
    assert taken == pytest.approx(release_ms - contact_ms, abs=17.0)


def test_the_run_up_is_read_where_the_first_pass_alone_has_read_it() -> None:
    video = filmed("bowling")
    back = video.truth.events["back_foot_contact"]
    coarse = np.flatnonzero((video.track.t_ms < 1000.0 * back - 50.0) & (np.arange(len(video.track.t_ms)) % 8 == 0))
    fine = np.flatnonzero(video.track.t_ms >= 1000.0 * back - 50.0)
    track = video.track.take(np.concatenate([coarse, fine]))
    model = np.where(track.t_ms < 1000.0 * back - 50.0, 0, 1)
    both = measures(video, track=replace(track, model=model, model_names=("coarse", "fine")))["run_up_speed"]
    assert both.value == pytest.approx(measures(video)["run_up_speed"].value or 0.0, rel=0.03)
    alone = measures(video, track=video.track.take(fine))["run_up_speed"]
    assert alone.value is None
    assert alone.reason


def test_a_camera_that_follows_the_bowler_changes_no_speed() -> None:
    video, n = filmed("bowling"), len(filmed("bowling").track.t_ms)
    shift = np.stack([np.linspace(0.0, -300.0, n), np.zeros(n)], axis=1)
    landmarks = video.track.landmarks.copy()
    landmarks[..., :2] += shift[:, None]
    panned = replace(video.track, landmarks=landmarks, background=replace(Background.plain(n), shift=shift))
    still, moved = measures(video), measures(video, track=panned)
    for name in ("run_up_speed", "run_up_kept", "stride_length"):
        assert moved[name].value == pytest.approx(still[name].value or 0.0, rel=1e-3)


def test_slow_motion_is_measured_in_the_worlds_time() -> None:
    video = filmed("bowling")
    slowed = replace(video.track, t_ms=4.0 * video.track.t_ms)
    slow = replace(video, track=slowed, video=container(slowed, 30.0))
    real, found = measures(video), measures(slow, Given(capture_fps=120.0))
    for name in ("run_up_speed", "back_to_front_contact", "front_contact_to_release"):
        assert found[name].value == pytest.approx(real[name].value or 0.0, rel=1e-3)
        assert [moment.frame for moment in found[name].moments] == [moment.frame for moment in real[name].moments]


@pytest.mark.parametrize("doing", DOINGS)
def test_nothing_is_read_off_a_foot_that_is_out_of_the_picture(doing: Doing) -> None:
    """A model guesses where it is, and says so of few."""
    shot = filmed(doing)
    knees, ankles = (shot.track.landmarks[:, [joint, joint + 1], 1] for joint in (Joint.KNEE, Joint.ANKLE))
    cut = replace(shot.track, height=int((np.nanmedian(knees) + np.nanmedian(ankles)) / 2.0))
    found = {one.name: one for one in measure(cut, shot.video, Given(discipline=Discipline(doing))).measures}
    of_feet = {"stride_length", "batting_stride", "head_over_front_foot", "head_over_front_foot_impact"}
    of_feet |= {"release_height", "backlift_height"}
    assert all(found[name].value is None and found[name].reason for name in of_feet)
    if doing == "bowling":
        assert found["trunk_lean_release"].value is not None
