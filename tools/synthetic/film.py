"""A performance in front of a camera: when its frames are, and what they show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from synthetic.body import Side, load_body
from synthetic.camera import Camera, look_at
from synthetic.kit import Kit
from synthetic.mesh import Mesh, join
from synthetic.motion import ACTIONS
from synthetic.performance import Performance
from synthetic.raster import Image, draw_mesh
from synthetic.scene import background, cast_shadow

View = Literal["side", "far"]
VIEW_SIDES: Final[Mapping[View, float]] = {"side": 1.0, "far": -1.0}
"""Side-on from the bowler's right (+z), and the same from the left."""

FPS: Final = 60
SIZE: Final = (1280, 720)
DISTANCE: Final = 16.0
"""Metres from the camera to the athlete: far enough that perspective tilts no limb by more than 11°."""
HEIGHT: Final = 1.4
"""Metres: a camera on a tripod."""
SEED: Final = 7
NOISE: Final = 1.5
"""Standard deviation of the sensor's noise, in steps of 8 bits."""
LENS_BLUR: Final = 0.6
"""Standard deviation in pixels."""
GAMMA: Final = 1.15


@dataclass(frozen=True, slots=True)
class Film:
    """What is filmed, from where, and how often."""

    performance: Performance
    camera: Camera
    fps: int

    @property
    def frame_count(self) -> int:
        return round(self.performance.action.duration * self.fps)

    def time(self, frame: int) -> float:
        """Seconds of a frame by its 0-based index."""
        return frame / self.fps


def stage(action: str = "bowling", arm: Side = "r", view: View = "side") -> Film:
    """A film of a named action; its picture shows the whole of the action's ground."""
    body = load_body(Kit())
    performed = ACTIONS[action](body, arm=arm)
    aim = performed.centre
    position = np.array([aim[0], HEIGHT, aim[2] + VIEW_SIDES[view] * DISTANCE])
    camera = look_at(position, aim, SIZE[0] * DISTANCE / performed.span, SIZE)
    return Film(Performance(body, performed), camera, FPS)


def render(film: Film) -> Iterator[NDArray[np.uint8]]:
    """The frames (height, width, 3), RGB, one after the other; the same on every run."""
    performance = film.performance
    events = performance.action.events(performance)
    empty = background(film.camera, SEED)
    for frame in range(film.frame_count):
        t = film.time(frame)
        image = empty.copy()
        draw_athlete(image, film.camera, performance, performance.action.props(performance, events, t), t)
        yield develop(image, np.random.default_rng((SEED, frame)))


def draw_athlete(image: Image, camera: Camera, performance: Performance, props: Sequence[Mesh], t: float) -> None:
    """Paint the athlete, what is held or thrown, and their shadow over a picture, in place."""
    body = performance.body
    figure = Mesh(body.skin(performance.pose(t)), body.mesh.triangles, body.mesh.colours)
    meshes = [figure, *props]
    cast_shadow(image, camera, meshes)
    draw_mesh(image, camera, join(meshes))


def develop(image: Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """An 8-bit picture as a camera would give it: its tone curve, the lens's blur and the sensor's noise."""
    toned = cv2.GaussianBlur(np.clip(image, 0.0, 1.0) ** (1.0 / GAMMA), (0, 0), LENS_BLUR)
    noise = rng.standard_normal((*image.shape[:2], 1), dtype=np.float32) * NOISE
    return np.clip(toned * 255.0 + noise, 0.0, 255.0).astype(np.uint8)
