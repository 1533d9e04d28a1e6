"""The same movement otherwise filmed: none of it may change a score."""

from dataclasses import replace

from cricksy.analysis.track import Track


def scaled(track: Track, factor: float) -> Track:
    """The whole image ``factor`` times as large."""
    landmarks = track.landmarks.copy()
    landmarks[..., :3] *= factor
    return replace(track, landmarks=landmarks, width=round(track.width * factor), height=round(track.height * factor))


def moved(track: Track, right: float, down: float) -> Track:
    """The player elsewhere in an image that grows with him, in pixels: a translation, or a border all around."""
    landmarks = track.landmarks.copy()
    landmarks[..., 0] += right
    landmarks[..., 1] += down
    return replace(
        track, landmarks=landmarks, width=track.width + round(2 * right), height=track.height + round(2 * down)
    )


def framed(track: Track, width: int, height: int) -> Track:
    """The same pixels with the player in the middle of an image of another shape."""
    landmarks = track.landmarks.copy()
    landmarks[..., 0] += (width - track.width) / 2
    landmarks[..., 1] += (height - track.height) / 2
    return replace(track, landmarks=landmarks, width=width, height=height)


def shifted(track: Track, by_ms: float) -> Track:
    """The video begins later on the clock."""
    return replace(track, t_ms=track.t_ms + by_ms)
