import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy_worker.vision.regions import WHOLE, Region, around
from cricksy_worker.vision.tiles import MOST_TILES, TileParams, tiles

SIZES = st.tuples(st.integers(200, 4000), st.integers(200, 4000))


@st.composite
def parts(draw: st.DrawFn) -> Region:
    left, top = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Region(left, top, draw(st.floats(left + 0.05, 1.0)), draw(st.floats(top + 0.05, 1.0)))


@given(SIZES, parts())
def test_a_few_tiles_within_the_image_cover_the_part_with_squares_where_these_reach(
    size: tuple[int, int], part: Region
) -> None:
    width, height = size
    found = tiles(width, height, part)
    for tile in found:
        across, down = (tile.right - tile.left) * width, (tile.bottom - tile.top) * height
        assert across == pytest.approx(down) or max(size) > 2.5 * min(size)
        assert min(tile.left, tile.top) >= -1e-9
        assert max(tile.right, tile.bottom) <= 1 + 1e-9
    rng = np.random.default_rng(0)
    x, y = rng.uniform((part.left, part.top), (part.right, part.bottom), (50, 2)).T
    shown = [(tile.left <= x + 1e-9) & (x <= tile.right + 1e-9) for tile in found]
    tall = [(tile.top <= y + 1e-9) & (y <= tile.bottom + 1e-9) for tile in found]
    assert len(found) <= MOST_TILES
    assert np.any(np.array(shown) & np.array(tall), axis=0).all()


def test_a_landscape_image_has_three_and_a_square_one_a_single_tile() -> None:
    assert [round(tile.left * 1920) for tile in tiles(1920, 1080)] == [0, 420, 840]
    assert [round(tile.top * 1920) for tile in tiles(1080, 1920)] == [0, 420, 840]
    assert tiles(500, 500) == [WHOLE]
    assert len(tiles(1920, 1080, params=TileParams(step=0.25))) == 4


@given(parts(), st.floats(0, 1), st.floats(0, 1))
def test_a_landmark_found_in_a_part_is_placed_in_the_image(part: Region, x: float, y: float) -> None:
    landmarks = np.tile([x, y, 0.5, 0.9], (33, 1))
    placed = part.place(landmarks, 1600, 900)
    assert placed[0, 0] == pytest.approx((part.left + x * (part.right - part.left)) * 1600)
    assert placed[0, 1] == pytest.approx((part.top + y * (part.bottom - part.top)) * 900)
    assert placed[0, 2] == pytest.approx(0.5 * (part.right - part.left) * 1600)
    assert placed[0, 3] == 0.9


def test_parts_are_cut_out_and_painted_over() -> None:
    image = np.arange(40 * 60 * 3, dtype=np.uint8).reshape(40, 60, 3)
    part = Region(0.25, 0.5, 0.75, 1.0)
    assert (part.cut(image) == image[20:, 15:45]).all()
    assert part.cut(image).flags.c_contiguous
    assert (part.only(image)[20:, 15:45] == image[20:, 15:45]).all()
    assert (part.only(image)[:20] == 128).all()
    assert (part.hide(image)[20:, 15:45] == 128).all()
    assert (part.hide(image)[:20] == image[:20]).all()


def test_a_region_around_boxes_stays_within_the_image() -> None:
    boxes = np.array([[100.0, 50.0, 200.0, 150.0], [300.0, 20.0, 420.0, 170.0]])
    assert around(boxes, 500, 200, 10.0) == Region(0.18, 0.05, 0.86, 0.9)
    assert around(boxes, 500, 200, 1000.0) == WHOLE
    grown = Region(0.1, 0.2, 0.5, 0.6).grown(0.5)
    assert (grown.left, grown.top, grown.right, grown.bottom) == pytest.approx((0.0, 0.0, 0.7, 0.8))
