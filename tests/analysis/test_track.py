import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tools.synthetic import stick

from cricksy.analysis.clock import slowed
from cricksy.analysis.preprocessing.cleaning import clean, finest_part
from cricksy.analysis.skeleton import BLAZEPOSE33
from cricksy.analysis.track import Background, Track, UnreadableLandmarks, pack, unpack


def test_a_packed_track_comes_back() -> None:
    t = stick.times(30, 1.0)
    track = stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    track.landmarks[3] = np.nan
    data = pack(track)
    back = unpack(data)
    assert len(data) < 33 * 4 * 4 * len(t)
    assert (back.frame == track.frame).all()
    assert (back.t_ms == track.t_ms).all()
    assert back.landmarks == pytest.approx(track.landmarks, abs=1e-3, nan_ok=True)
    assert back.detected.tolist() == track.detected.tolist()
    assert (back.model_names, back.width, back.height) == (("perfect",), 1920, 1080)


def repacked(track: Track, **parts: Any) -> bytes:
    """As a release packed it that stored these ``parts`` otherwise; ``None``: not at all."""
    with np.load(io.BytesIO(pack(track))) as known:
        kept = {name: known[name] for name in known if parts.get(name, "") is not None}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **(kept | {name: part for name, part in parts.items() if part is not None}))
    return buffer.getvalue()


def test_landmarks_say_which_skeleton_they_are_in() -> None:
    with np.load(io.BytesIO(pack(standing(None)))) as parts:
        assert (str(parts["skeleton"]), int(parts["packing"])) == ("blazepose33", 2)
    assert unpack(pack(standing(None))).skeleton is BLAZEPOSE33


def test_landmarks_of_the_first_releases_are_blazeposes() -> None:
    back = unpack(repacked(standing(panned()), skeleton=None, packing=None))
    assert (back.skeleton, back.shot.tolist()) == (BLAZEPOSE33, panned().shot.tolist())


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"skeleton": "coco17"}, "unknown skeleton 'coco17'"),
        ({"packing": 3}, "form 3"),
        ({"landmarks": np.zeros((20, 17, 4))}, "do not fit"),
        ({"landmarks": np.zeros((19, 33, 4))}, "do not fit"),
        ({"t_ms": np.zeros(())}, "do not fit"),
        ({"shift": np.zeros((20, 3))}, "do not fit"),
        ({"frame": np.zeros(0), "t_ms": np.zeros(0), "model": np.zeros(0)}, "do not fit"),
        ({"t_ms": None}, "not a packed track"),
        ({"size": np.zeros(0)}, "not a packed track"),
        ({"frame": "x"}, "not a packed track"),
    ],
)
def test_landmarks_that_cannot_be_measured_are_refused(parts: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableLandmarks, match=reason):
        unpack(repacked(standing(panned()), **parts))


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04broken", pack(stick.empty(3))[:200]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableLandmarks, match="not a packed track"):
        unpack(data)


def standing(background: Background | None, n: int = 20) -> Track:
    """Somebody who stands, as a camera shows him that moves as ``images`` say."""
    body = stick.video_of(stick.stand(np.zeros(1)), np.zeros(1), stick.Camera()).landmarks[0]
    landmarks = np.repeat(body[None], n, axis=0)
    if background is not None:
        landmarks[..., :2] += background.shift[:, None]
    t_ms = np.arange(n) * 1000 / 30
    return Track(np.arange(n), t_ms, landmarks, np.zeros(n, dtype=np.int64), ("perfect",), 1920, 1080, background)


def panned(n: int = 20) -> Background:
    shot = (np.arange(n) >= 12).astype(np.int64)
    return Background(np.arange(n) == 5, shot, np.outer(np.arange(n), (7.0, -2.0)))


def test_what_the_images_show_is_packed_too() -> None:
    back = unpack(pack(standing(panned())))
    assert back.repeated.tolist() == panned().repeated.tolist()
    assert back.shot.tolist() == panned().shot.tolist()
    assert back.stabilised == pytest.approx(standing(None).landmarks, abs=1e-3)


def test_where_nobody_looked_the_camera_is_still() -> None:
    track = standing(None)
    assert not track.repeated.any()
    assert not track.shot.any()
    assert (track.stabilised == track.landmarks).all()


def test_a_pan_is_taken_off_before_anything_is_measured() -> None:
    background = Background(np.zeros(20, dtype=np.bool_), np.zeros(20, dtype=np.int64), panned().shift)
    still, moving = clean(standing(None)), clean(standing(background))
    assert still is not None
    assert moving is not None
    assert moving.unfiltered == pytest.approx(still.unfiltered, nan_ok=True)


def test_a_video_of_doubled_frames_has_half_the_rate() -> None:
    t = stick.times(30, 1.5)
    once = stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    twice = once.take(np.repeat(np.arange(len(t)), 2))
    doubled = replace(
        twice,
        frame=np.arange(2 * len(t)),
        t_ms=np.arange(2 * len(t)) * 1000.0 / 60.0,
        background=replace(Background.plain(2 * len(t)), repeated=np.arange(2 * len(t)) % 2 == 1),
    )
    read, plain = clean(doubled), clean(once)
    assert read is not None
    assert plain is not None
    assert read.rate == pytest.approx(plain.rate)
    assert read.frame.tolist() == (2 * plain.frame).tolist()


def test_a_repeated_frame_counts_for_nothing_whatever_was_read_on_it() -> None:
    """A video of 30 frames a second in a file of 60."""
    t = stick.times(60, 1.5)
    repeated = np.arange(len(t)) % 2 == 1
    background = replace(Background.plain(len(t)), repeated=repeated)
    track = replace(stick.video_of(stick.bowl(stick.Bowler(), t), t, stick.Camera()), background=background)
    misread = track.landmarks.copy()
    misread[repeated, :, :2] *= 2.0
    plain, spoilt = clean(track), clean(replace(track, landmarks=misread))
    assert plain is not None
    assert spoilt is not None
    assert (spoilt.scale, spoilt.jitter) == (plain.scale, plain.jitter)
    assert spoilt.unfiltered == pytest.approx(plain.unfiltered, nan_ok=True)


def test_no_measured_part_spans_a_cut() -> None:
    assert finest_part(standing(panned())) == slice(0, 12)


@pytest.mark.parametrize("slower", [1.0, 4.0, 8.0])
def test_of_a_film_that_both_passes_read_alike_everything_is_one_part(slower: float) -> None:
    """At 15 frames a second of the film, whatever that is in the world: the second pass may have looked elsewhere."""
    track = standing(None, 60)
    track = replace(track, t_ms=track.t_ms * 2, model=(np.arange(60) < 20).astype(np.int64), clock=slowed(slower))
    assert finest_part(track) == slice(0, 60)


def test_a_few_finely_read_frames_are_no_part_to_measure() -> None:
    track = standing(None, 60)
    track.model[20:22] = 1
    assert finest_part(track) == slice(0, 60)


def test_some_frames_may_be_taken_alone() -> None:
    taken = standing(panned()).take(np.array([4, 5, 13]))
    assert (taken.frame.tolist(), taken.repeated.tolist(), taken.shot.tolist()) == (
        [4, 5, 13],
        [False, True, False],
        [0, 0, 1],
    )


def test_a_repeat_is_one_among_the_frames_at_hand() -> None:
    """Of doubled frames every second one is new, whichever of the two it is."""
    doubled = replace(Background.plain(20), repeated=np.arange(20) % 2 == 1)
    for chosen in (np.arange(0, 20, 2), np.arange(1, 20, 2), np.arange(1, 20, 4)):
        assert not doubled.take(chosen).repeated.any()
    assert doubled.take(np.array([0, 3, 4, 5, 8])).repeated.tolist() == [False, False, False, True, False]
    tripled = replace(Background.plain(9), repeated=np.arange(9) % 3 != 0)
    assert tripled.take(np.array([1, 2, 5])).repeated.tolist() == [False, True, False]


def test_a_gap_costs_no_frame_beside_it() -> None:
    track = standing(None, 30)
    late = replace(track, t_ms=track.t_ms + np.where(np.arange(30) > 5, 20_000.0, 0.0))
    motion = clean(late)
    assert motion is not None
    assert motion.frame.tolist() == list(range(6, 30))
    assert motion.rate == pytest.approx(30, abs=0.01)


def test_what_the_first_pass_read_beside_it_is_no_part_of_the_finest() -> None:
    track = standing(None, 40)
    chosen = np.concatenate([np.arange(0, 10, 2), np.arange(10, 30), np.arange(30, 40, 2)])
    both = replace(track, model=((np.arange(40) >= 10) & (np.arange(40) < 30)).astype(np.int64)).take(chosen)
    motion = clean(both)
    assert motion is not None
    assert motion.frame.tolist() == list(range(10, 30))


def test_of_a_slow_video_both_passes_are_one_part() -> None:
    """At 15 frames a second each was read, by one model or the other."""
    track = standing(None, 40)
    both = replace(track, t_ms=track.t_ms * 2, model=((np.arange(40) >= 10) & (np.arange(40) < 30)).astype(np.int64))
    motion = clean(both)
    assert motion is not None
    assert motion.frame.tolist() == list(range(40))
