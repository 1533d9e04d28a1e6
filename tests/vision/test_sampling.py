from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy_worker.vision.sampling import Sampler


def taken(times_ms: list[float], fps: float) -> list[float]:
    sampler = Sampler(fps)
    return [t_ms for t_ms in times_ms if sampler.takes(t_ms)]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [(Fraction(30000, 1001), 15), (Fraction(24000, 1001), 15), (25, 15), (30, 15), (60, 15), (240, 15), (50, 7)],
)
def test_the_rate_asked_for_is_the_rate_read(source: Fraction | int, wanted: int) -> None:
    times_ms = [float(1000 * index / source) for index in range(round(60 * source))]
    assert len(taken(times_ms, wanted)) == pytest.approx(60 * wanted, abs=2)


def test_every_second_frame_of_29_97_makes_15() -> None:
    times_ms = [index * 1001 / 30 for index in range(40)]
    assert taken(times_ms, 15) == times_ms[::2]


@pytest.mark.parametrize("ratio", range(1, 17))
def test_of_a_whole_multiple_every_nth_frame_is_taken(ratio: int) -> None:
    times_ms = [round(index * 1000 / (15 * ratio), 3) for index in range(100 * ratio)]
    assert taken(times_ms, 15) == times_ms[::ratio]


def test_a_slower_video_is_read_whole() -> None:
    times_ms = [index * 100.0 for index in range(50)]
    assert taken(times_ms, 30) == times_ms


def test_timestamps_rounded_to_milliseconds_lose_no_frame() -> None:
    times_ms = [float(round(index * 1000 / 30)) for index in range(300)]
    assert taken(times_ms, 30) == times_ms


@given(
    steps=st.lists(st.floats(0.1, 400), min_size=1, max_size=200),
    start_ms=st.floats(-1000, 1_000_000),
    fps=st.floats(1, 60),
)
def test_no_stretch_holds_more_than_its_share(steps: list[float], start_ms: float, fps: float) -> None:
    times_ms = [start_ms]
    for step in steps:
        times_ms.append(times_ms[-1] + step)
    chosen = taken(times_ms, fps)
    assert chosen[0] == start_ms
    assert len(chosen) <= (times_ms[-1] - start_ms) * fps / 1000 + 1.46
    for before, after in pairwise(times_ms):
        if after - before > 1000 / fps + 1e-6:
            assert after in chosen
