import numpy as np
import pytest
from tests.analysis import stick

from cricksy.analysis.track import pack, unpack


def test_a_packed_track_comes_back() -> None:
    t = stick.times(30, 1.0)
    track = stick.film_of(stick.bowl(stick.Bowler(), t), t, stick.Camera())
    track.landmarks[3] = np.nan
    data = pack(track)
    back = unpack(data)
    assert len(data) < 33 * 4 * 4 * len(t)
    assert (back.frame == track.frame).all()
    assert (back.t_ms == track.t_ms).all()
    assert back.landmarks == pytest.approx(track.landmarks, abs=1e-3, nan_ok=True)
    assert back.detected.tolist() == track.detected.tolist()
    assert (back.model_names, back.width, back.height) == (("perfect",), 1920, 1080)


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04broken", pack(stick.empty(3))[:200]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a packed track"):
        unpack(data)
