"""Films as phones, browsers and editors make them, read without a pose model; each is made here."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.videos import MILLISECOND, MakeVideo, VideoSpec, evenly, repeat_timestamps
from tools.display_matrix import MATRICES, Matrix, with_matrix

from cricksy.analysis.track import VideoFacts
from cricksy_worker.vision.file_end import is_cut_off
from cricksy_worker.vision.frame_reader import FrameReader
from cricksy_worker.vision.orientation import UPRIGHT, orientation_of
from cricksy_worker.vision.video import VideoLimits, VideoRejected
from tools import odd_films

LIVE = (("live", "1"),)
FRAGMENTED = (("movflags", "frag_keyframe+empty_moov"),)


def read(path: Path, limits: VideoLimits) -> tuple[VideoFacts, list[NDArray[np.uint8]]]:
    reader = FrameReader(path, limits)
    images = [frame.pixels(1920) for frame in reader]
    return reader.video(), images


def repeats(images: int, times: int, before: int = 0) -> list[int]:
    """``images`` each shown so often; the first ``before`` times less."""
    return [image for image in range(images) for _ in range(times)][before:]


def corner(image: NDArray[np.uint8]) -> tuple[bool, bool]:
    """Whether the film's white corner is at the right, and whether it is at the bottom."""
    height, width = image.shape[:2]
    across, down = image[: height // 3, :, 0], image[:, : width // 3, 0]
    at_bottom = down[-height // 4 :].mean() > down[: height // 4].mean()
    row = image[-height // 4 :, :, 0] if at_bottom else across[: height // 4]
    return bool(row[:, -width // 4 :].mean() > row[:, : width // 4].mean()), bool(at_bottom)


@pytest.mark.parametrize(("rotation", "mirrored"), MATRICES)
def test_a_display_matrix_turns_and_mirrors(
    make_video: MakeVideo, limits: VideoLimits, rotation: int, *, mirrored: bool
) -> None:
    stored = make_video("a.mp4", VideoSpec(t_ms=evenly(0.2, 30)))
    plain, (first, *_) = read(stored, limits)
    video, images = read(with_matrix(stored, MATRICES[rotation, mirrored]), limits)
    assert (video.rotation, video.mirrored) == (rotation, mirrored)
    turned = np.rot90(first, k=-rotation // 90)
    shown = turned[:, ::-1] if mirrored else turned
    assert images[0].shape == shown.shape == (video.height, video.width, 3)
    assert (images[0] == shown).all()
    assert (plain.rotation, plain.mirrored) == (0, False)


@pytest.mark.parametrize("matrix", [(0, 0, 0, 0), (1, 1, 1, 1), (0, 1, 0, 1), (1, 0, 0, 0)])
def test_a_matrix_that_leaves_no_area_is_none(make_video: MakeVideo, limits: VideoLimits, matrix: Matrix) -> None:
    stored = make_video("a.mp4", VideoSpec(t_ms=evenly(0.2, 30)))
    _, plain = read(stored, limits)
    video, images = read(with_matrix(stored, matrix, last=0), limits)
    assert (video.rotation, video.mirrored) == (0, False)
    assert all((image == other).all() for image, other in zip(images, plain, strict=True))


def test_no_matrix_and_half_a_matrix_show_the_image_as_it_is() -> None:
    assert orientation_of(None) == orientation_of(bytes(35)) == UPRIGHT


def test_a_matrix_near_a_turn_is_that_turn() -> None:
    matrix = np.array([-0.1, 0.99, 0.0, -0.99, -0.1, 0.0, 0.0, 0.0, 1.0])
    assert orientation_of((matrix * 65536).astype("=i4").tobytes()).rotation == 90


@pytest.mark.parametrize("times", [2, 4, 8])
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("fps", [15, 30])
def test_the_rate_of_new_images_is_known(
    make_video: MakeVideo, limits: VideoLimits, *, times: int, before: int, fps: int
) -> None:
    shows = repeats(45, times, before)
    spec = VideoSpec(t_ms=evenly(len(shows) / (times * fps), times * fps), shows=shows, quality=18)
    reader = FrameReader(make_video("a.mp4", spec), limits)
    frames = [frame.index for frame in reader]
    new = [0, *range(times - before, len(frames), times)]
    assert reader.repeated() == set(frames) - set(new)
    video = reader.video()
    assert video.source_fps == pytest.approx(times * fps, rel=0.001)
    assert video.image_fps == pytest.approx(fps, rel=0.001)


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("every", range(1, 13))
def test_repeats_are_those_of_the_frames_at_hand(
    make_video: MakeVideo, limits: VideoLimits, *, every: int, before: int
) -> None:
    """A 30 fps film in 60 frames, read at any rate and from either frame."""
    shows = repeats(40, 2, before)
    reader = FrameReader(
        make_video("a.mp4", VideoSpec(t_ms=evenly(len(shows) / 60, 60), shows=shows, quality=18)), limits
    )
    chosen = np.array([frame.index for frame in reader])[::every]
    images = np.array(shows)[chosen]
    assert reader.background(chosen).repeated.tolist() == [False, *(np.diff(images) == 0).tolist()]


def test_a_film_that_repeats_its_images_does_so_where_nothing_moves(make_video: MakeVideo, limits: VideoLimits) -> None:
    moving, still = repeats(25, 4), [25] * 100
    shows = [*moving, *still, *(26 + image for image in repeats(10, 4))]
    reader = FrameReader(
        make_video("a.mp4", VideoSpec(t_ms=evenly(len(shows) / 120, 120), shows=shows, quality=18)), limits
    )
    frames = len(list(reader))
    assert frames - len(reader.repeated()) == pytest.approx(frames / 4, abs=2)
    assert reader.video().image_fps == pytest.approx(30, abs=0.5)


def test_film_shown_at_video_rate_says_so(make_video: MakeVideo, limits: VideoLimits) -> None:
    """24 images a second in 30 frames."""
    shows = [index * 4 // 5 for index in range(60)]
    video, _ = read(make_video("a.mp4", VideoSpec(t_ms=evenly(2, 30), shows=shows, quality=18)), limits)
    assert (video.source_fps, round(video.image_fps or 0)) == (30, 24)


def test_a_gap_has_no_rate(make_video: MakeVideo, limits: VideoLimits) -> None:
    times_ms = [t_ms + (20_000 if index > 5 else 0) for index, t_ms in enumerate(evenly(2, 30))]
    video, _ = read(make_video("a.mp4", VideoSpec(t_ms=times_ms)), limits)
    assert video.source_fps == video.image_fps == pytest.approx(30, abs=0.01)
    assert video.gap_ms == pytest.approx(20_033.3, abs=0.1)


def test_the_rate_is_that_of_the_part_that_was_measured(make_video: MakeVideo, limits: VideoLimits) -> None:
    slow, fast = evenly(4, 10), [4000 + t_ms for t_ms in evenly(1, 50)]
    reader = FrameReader(make_video("a.mp4", VideoSpec(t_ms=[*slow, *fast])), limits)
    assert len(list(reader)) == 90
    assert reader.video((4000.0, 5000.0)).source_fps == pytest.approx(50, abs=0.01)
    assert reader.video((0.0, 1500.0)).source_fps == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize("sizes", [((160, 96), (320, 192)), ((320, 192), (160, 96)), ((160, 96), (120, 160))])
def test_a_size_that_changes_leaves_one_system_of_coordinates(
    make_video: MakeVideo, limits: VideoLimits, sizes: tuple[tuple[int, int], ...]
) -> None:
    parts = [
        make_video(f"{width}.webm", VideoSpec(t_ms=evenly(1, 30), width=width, height=height, codec="libvpx"))
        for width, height in sizes
    ]
    reader = FrameReader(odd_films.one_after_another(parts, parts[0].with_name("a.webm"), 1000 / 30), limits)
    smalls = {frame.small(320).shape for frame in reader}
    assert len(smalls) == 1
    assert not reader.background(reader.indices(0, 2000)).shot.any()
    again = list(reader.between(0, 2000))
    assert {frame.size for frame in again} == {reader.size} == {(reader.video().width, reader.video().height)}
    largest = max(sizes)
    assert reader.size[0] >= largest[0]
    assert reader.size[1] >= largest[1]
    assert reader.size[0] / reader.size[1] == pytest.approx(160 / 96, rel=0.01)
    for frame in again:
        image = frame.pixels(1920)
        assert image.shape[1] / image.shape[0] == pytest.approx(160 / 96, rel=0.02)
        assert not any(corner(image))


def test_one_picture_before_the_film_is_passed_over(make_video: MakeVideo, limits: VideoLimits) -> None:
    picture = make_video("p.mov", VideoSpec(t_ms=[0.0], codec="mjpeg", width=320, height=192))
    film = make_video("f.mov", VideoSpec(t_ms=evenly(1, 30)))
    joined = odd_films.beside_one_another([picture, film], film.with_name("a.mov"), [True, True])
    video, images = read(joined, limits)
    assert (len(images), video.width) == (30, 160)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_one_picture_in_the_films_codec_is_passed_over(make_video: MakeVideo, limits: VideoLimits, suffix: str) -> None:
    picture = make_video("p.mp4", VideoSpec(t_ms=[0.0], width=320, height=192))
    film = make_video("f.mp4", VideoSpec(t_ms=evenly(1, 30)))
    joined = odd_films.beside_one_another([picture, film], film.with_name(f"a.{suffix}"), [True, False])
    video, images = read(joined, limits)
    assert (len(images), video.width) == (30, 160)


@pytest.mark.parametrize("default", [(False, True), (True, False), (True, True)])
def test_a_preview_is_no_film(make_video: MakeVideo, limits: VideoLimits, default: tuple[bool, bool]) -> None:
    preview = make_video("p.mp4", VideoSpec(t_ms=evenly(1, 5), width=80, height=48))
    film = make_video("f.mp4", VideoSpec(t_ms=evenly(1, 30)))
    video, images = read(odd_films.beside_one_another([preview, film], film.with_name("a.mp4"), default), limits)
    assert (len(images), video.width) == (30, 160)


@pytest.mark.parametrize("default", [0, 1])
def test_of_two_films_the_default_one_is_read(make_video: MakeVideo, limits: VideoLimits, default: int) -> None:
    films = [make_video(f"{width}.mp4", VideoSpec(t_ms=evenly(1, 30), width=width)) for width in (160, 240)]
    flags = [number == default for number in range(2)]
    video, _ = read(odd_films.beside_one_another(films, films[0].with_name("a.mp4"), flags), limits)
    assert video.width == (160, 240)[default]


@pytest.mark.parametrize(
    ("suffix", "codec", "sound"), [("webm", "libvpx", "libopus"), ("mp4", "libx264", "aac"), ("mkv", "libx264", "aac")]
)
def test_sound_may_outlast_the_picture(
    make_video: MakeVideo, limits: VideoLimits, suffix: str, codec: str, sound: str
) -> None:
    film = make_video(f"f.{suffix}", VideoSpec(t_ms=evenly(2, 30), codec=codec, time_base=MILLISECOND))
    whole = odd_films.with_sound(film, film.with_name(f"a.{suffix}"), 6.0, sound)
    assert not read(whole, limits)[0].truncated


def test_a_file_that_is_cut_off_in_the_sound_after_the_picture_is_noticed(
    make_video: MakeVideo, limits: VideoLimits
) -> None:
    film = make_video("f.webm", VideoSpec(t_ms=evenly(2, 30), codec="libvpx", time_base=MILLISECOND))
    whole = odd_films.with_sound(film, film.with_name("a.webm"), 6.0, "libopus")
    assert read(odd_films.cut_off(whole, film.with_name("b.webm"), 0.98), limits)[0].truncated


@pytest.mark.parametrize(
    ("suffix", "codec", "muxer"),
    [
        ("webm", "libvpx", ()),
        ("webm", "libvpx", LIVE),
        ("webm", "libvpx-vp9", LIVE),
        ("mkv", "libx264", LIVE),
        ("mp4", "libx264", FRAGMENTED),
        ("mp4", "libx264", (("movflags", "faststart"),)),
    ],
)
@pytest.mark.parametrize("share", [0.6, 0.93, 0.995])
def test_a_file_that_is_cut_off_is_noticed(  # noqa: PLR0913 - the case and its place
    make_video: MakeVideo,
    limits: VideoLimits,
    *,
    suffix: str,
    codec: str,
    muxer: tuple[tuple[str, str], ...],
    share: float,
) -> None:
    spec = VideoSpec(t_ms=evenly(4, 30), codec=codec, time_base=MILLISECOND, muxer=muxer)
    whole = make_video(f"a.{suffix}", spec)
    assert not read(whole, limits)[0].truncated
    assert read(odd_films.cut_off(whole, whole.with_name(f"b.{suffix}"), share), limits)[0].truncated


def test_what_a_phone_appends_is_no_cut(make_video: MakeVideo) -> None:
    film = make_video("a.mp4", VideoSpec(t_ms=evenly(1, 30)))
    film.write_bytes(film.read_bytes() + b"\xff\xff\xff\xffSEFT" + bytes(40))
    assert not is_cut_off(film)


@pytest.mark.parametrize(
    "content", [b"", b"\x1a", b"\x1a\x45\xdf\xa3", b"\x00\x00\x00\x00mdat", b"\x00\x00\x00\x02free"]
)
def test_a_file_of_hardly_anything_ends_quietly(tmp_path: Path, content: bytes) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(content)
    assert is_cut_off(film) == (content == b"\x1a\x45\xdf\xa3")


@pytest.mark.parametrize(("after_ms", "back_ms", "kept"), [(1000, 900, 90), (3000, 2900, 90), (2000, 1500, 60)])
def test_of_a_clock_that_jumps_back_the_longest_part_is_read(
    make_video: MakeVideo, limits: VideoLimits, *, after_ms: int, back_ms: int, kept: int
) -> None:
    clusters = (("cluster_time_limit", "500"),)
    spec = VideoSpec(t_ms=evenly(4, 30), codec="libvpx", time_base=MILLISECOND, muxer=clusters)
    film = make_video("f.webm", spec)
    path = odd_films.clock_back(film, film.with_name("a.webm"), after_ms, back_ms)
    reader = FrameReader(path, limits)
    first = {frame.index: (frame.t_ms, frame.pixels(160).tobytes()) for frame in reader}
    times = [t_ms for t_ms, _ in first.values()]
    assert times == sorted(set(times))
    assert len(first) == pytest.approx(kept, abs=16)
    assert list(first) == list(range(min(first), min(first) + len(first)))
    assert reader.video().frames_left_out == 120 - len(first)
    again = {frame.index: (frame.t_ms, frame.pixels(160).tobytes()) for frame in reader.between(0, 5000)}
    assert again == first


def test_frames_of_one_time_are_read_once_each_time(make_video: MakeVideo, limits: VideoLimits) -> None:
    film = make_video("f.webm", VideoSpec(t_ms=evenly(2, 25), codec="libvpx", time_base=MILLISECOND))
    reader = FrameReader(repeat_timestamps(film, film.with_name("a.webm")), limits)
    first = [(frame.index, frame.t_ms) for frame in reader]
    assert [(frame.index, frame.t_ms) for frame in reader.between(0, 2000)] == first
    assert reader.video().frames_left_out == 10


def test_all_frames_at_one_time_are_one_frame(make_video: MakeVideo, limits: VideoLimits) -> None:
    film = make_video("f.webm", VideoSpec(t_ms=[0.0] * 2, codec="libvpx", time_base=MILLISECOND))
    video, images = read(film, limits)
    assert len(images) == 1
    assert (video.source_fps, video.frames_left_out) == (0.0, 1)


@pytest.mark.parametrize(("tag", "fps"), [("120", 120.0), ("239.9", 239.9), ("fast", None), ("0", None), ("nan", None)])
def test_the_rate_that_android_filmed_at_is_known(
    make_video: MakeVideo, limits: VideoLimits, tag: str, fps: float | None
) -> None:
    spec = VideoSpec(
        t_ms=evenly(0.2, 30), muxer=(("movflags", "use_metadata_tags"),), metadata=(("com.android.capture.fps", tag),)
    )
    assert read(make_video("a.mp4", spec), limits)[0].capture_fps == fps


KINDS = [
    # rate, how often each image is shown, turn, mirrored, place of the film among the tracks
    (Fraction(30), 2, 90, True, 1),
    (Fraction(30), 4, 270, False, 0),
    (Fraction(25), 2, 180, True, 1),
    (Fraction(30), 8, 90, False, 1),
    (Fraction(24000, 1001), 2, 270, True, 0),
    (Fraction(15), 4, 0, True, 1),
    (Fraction(60), 4, 180, False, 1),
    (Fraction(30000, 1001), 8, 0, True, 0),
    (Fraction(50), 1, 270, True, 1),
]


@pytest.mark.parametrize(("fps", "times", "rotation", "mirrored", "place"), KINDS)
def test_a_film_that_is_odd_in_every_way_is_read_rightly(  # noqa: PLR0913 - the kinds
    make_video: MakeVideo,
    limits: VideoLimits,
    *,
    fps: Fraction,
    times: int,
    rotation: int,
    mirrored: bool,
    place: int,
) -> None:
    shows = repeats(40, times, before=times // 2)
    t_ms = evenly(len(shows) / float(fps * times), fps * times)
    film = make_video("f.mp4", VideoSpec(t_ms=t_ms, shows=shows, quality=18))
    preview = make_video("p.mp4", VideoSpec(t_ms=evenly(1, 5), width=64, height=48))
    plain, images = read(film, limits)
    tracks = [film, preview] if place == 0 else [preview, film]
    joined = odd_films.beside_one_another(tracks, film.with_name("a.mp4"), [False, True] if place else [True, False])
    reader = FrameReader(with_matrix(joined, MATRICES[rotation, mirrored]), limits)
    frames = [(frame.t_ms, frame.pixels(1920)) for frame in reader]
    video = reader.video()
    assert [t_ms for t_ms, _ in frames] == pytest.approx(t_ms, abs=0.05)
    assert (video.rotation, video.mirrored, video.truncated) == (rotation, mirrored, False)
    assert (video.width, video.height) == ((160, 96) if rotation in {0, 180} else (96, 160))
    assert video.source_fps == pytest.approx(float(fps * times), rel=0.002)
    assert video.image_fps == pytest.approx(float(fps), rel=0.01)
    turned = np.rot90(images[5], k=-rotation // 90)
    assert (frames[5][1] == (turned[:, ::-1] if mirrored else turned)).all()
    assert plain.image_fps == pytest.approx(video.image_fps or 0, rel=0.001)


def test_a_stream_that_is_none_of_ours_is_named(make_video: MakeVideo, limits: VideoLimits) -> None:
    films = [make_video(f"{n}.mov", VideoSpec(t_ms=evenly(0.5, 10), codec="mjpeg")) for n in range(2)]
    joined = odd_films.beside_one_another(films, films[0].with_name("a.mov"), [True, False])
    with pytest.raises(VideoRejected, match="codec mjpeg is not allowed"):
        FrameReader(joined, limits)


def test_a_stream_whose_codec_nobody_knows_is_no_film(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(0.5, 30)))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"qqqq"))
    with pytest.raises(VideoRejected, match="codec unknown is not allowed"):
        FrameReader(path, limits)


def test_a_name_in_another_encoding_is_no_fault(make_video: MakeVideo, limits: VideoLimits) -> None:
    path = make_video("a.mp4", VideoSpec(t_ms=evenly(0.5, 30)))
    path.write_bytes(path.read_bytes().replace(b"isomiso2", b"isom\xff\xfeo2"))
    assert len(read(path, limits)[1]) == 15
