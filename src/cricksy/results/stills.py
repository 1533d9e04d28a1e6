"""The stills of a job: JPEGs one after another in one object, and the index that says where each lies."""

import msgspec


class Still(msgspec.Struct, frozen=True, kw_only=True):
    """One image of the video, as a player shows it."""

    frame: int
    """Source frame."""
    t_ms: float
    """Time in milliseconds on the video's clock."""
    action: int | None
    """Index of the action that the image belongs to; null for one of the evenly spaced images of a long video."""
    offset: int
    """Where its JPEG begins in the object, in bytes."""
    length: int
    """Length of its JPEG in bytes."""
    repeated: bool
    """Whether the video shows the image of the frame before once more."""
    width: int
    """Width of the image in pixels."""
    height: int
    """Height of the image in pixels."""


class StillsIndex(msgspec.Struct, frozen=True, kw_only=True):
    """What the object of the stills holds."""

    width: int
    """Width in pixels of the images that belong to an action."""
    height: int
    """Height in pixels of the images that belong to an action."""
    crop: tuple[int, int, int, int]
    """The part of the upright frame that those images show: x, y, width and height in its pixels. The evenly spaced
    images of a long video show all of it."""
    items: list[Still]
    """The images in the order of the object."""
