"""A take: who does what before which camera, and the frames that show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from tools.synthetic.body import Proportions, load_body, resized
from tools.synthetic.camera import Camera, View
from tools.synthetic.film import frame_count
from tools.synthetic.geometry import Array
from tools.synthetic.kit import Kit
from tools.synthetic.mesh import Mesh, join
from tools.synthetic.motion.walking import Gait, Walking
from tools.synthetic.performance import Performance
from tools.synthetic.raster import Image, draw_mesh
from tools.synthetic.scene import background, cast_shadow

Passing = Literal["near", "far"]
"""Whether a bystander walks between the camera and the player, or behind the player."""

SIZE: Final = (1280, 720)
DISTANCE: Final = 16.0
"""Metres from the camera to the athlete: far enough that perspective tilts no limb by more than 11°."""
RISE: Final = 0.54
"""Degrees: a camera on a tripod, 15 cm above the middle of the action."""
ROOM: Final = 2.9
"""Metres that an image has to show upwards: a raised arm and some air."""
SEED: Final = 7
NOISE: Final = 1.5
"""Standard deviation of the sensor's noise, in steps of 8 bits."""
LENS_BLUR: Final = 0.6
"""Standard deviation in pixels."""
GAMMA: Final = 1.15
ASIDE: Final = 2.2
"""Metres from the player's lane to a bystander's."""
BYSTANDER_KIT: Final = Kit(shirt=(0.16, 0.24, 0.42), trousers=(0.42, 0.38, 0.30), shoe=(0.20, 0.16, 0.14))


@dataclass(frozen=True, slots=True)
class Take:
    """What is filmed, from where, and how often."""

    performance: Performance
    view: View
    fps: int
    bystander: Performance | None = None

    @property
    def camera(self) -> Camera:
        return self.view.camera(self.performance.action.centre)

    @property
    def frame_count(self) -> int:
        return frame_count(self.performance.action.duration, self.fps)

    def time(self, frame: int) -> float:
        """Seconds of a frame by its 0-based index."""
        return frame / self.fps


def stage(performance: Performance, yaw_deg: float = 0.0, fps: int = 60, passing: Passing | None = None) -> Take:
    """A take whose image shows the whole of the action's ground, with a bystander if one is ``passing``."""
    view = View(
        yaw_deg=yaw_deg,
        rise_deg=RISE,
        distance_m=DISTANCE,
        px_per_m=min(SIZE[0] / performance.action.span, SIZE[1] / ROOM),
        width=SIZE[0],
        height=SIZE[1],
    )
    return Take(performance, view, fps, _bystander(performance, view, passing) if passing else None)


def _bystander(performance: Performance, view: View, passing: Passing) -> Performance:
    """Somebody who walks the player's way through the whole of the image."""
    body = resized(load_body(BYSTANDER_KIT), Proportions(stature=1.74))
    action = performance.action
    towards_camera = 1.0 if np.cos(np.radians(view.yaw_deg)) >= 0.0 else -1.0
    aside = ASIDE * towards_camera * (1.0 if passing == "near" else -1.0)
    start = (float(action.centre[0]) - 0.4 * action.span, float(action.centre[2]) + aside)
    step_time = 0.62 * action.duration / action.span
    return Performance(body, Walking(body, gait=Gait(step_time=step_time, start=start, seconds=action.duration)))


def render(take: Take) -> Iterator[NDArray[np.uint8]]:
    """The frames (height, width, 3), RGB, one after the other; the same on every run."""
    performance, camera = take.performance, take.camera
    events = performance.events()
    empty = background(camera, SEED)
    for frame in range(take.frame_count):
        t = take.time(frame)
        figures = [[figure(performance, t), *performance.action.props(performance, events, t)]]
        if take.bystander is not None:
            figures.append([figure(take.bystander, t)])
        image = empty.copy()
        paint(image, camera, figures)
        yield develop(image, np.random.default_rng((SEED, frame)))


def figure(performance: Performance, t: float) -> Mesh:
    """The dressed body at ``t`` seconds."""
    body = performance.body
    return Mesh(body.skin(performance.pose(t)), body.mesh.triangles, body.mesh.colours)


def paint(image: Image, camera: Camera, figures: Sequence[Sequence[Mesh]]) -> None:
    """Paint figures, each of them meshes that lie close together, and their shadows over an image, in place."""
    for meshes in figures:
        cast_shadow(image, camera, meshes)
    for meshes in sorted(figures, key=lambda meshes: -_depth(camera, meshes[0].vertices)):
        draw_mesh(image, camera, join(meshes))


def _depth(camera: Camera, vertices: Array) -> float:
    return float(np.mean(camera.project(vertices)[:, 2]))


def develop(image: Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """An 8-bit image as a camera would give it: its tone curve, the lens's blur and the sensor's noise."""
    toned = cv2.GaussianBlur(np.clip(image, 0.0, 1.0) ** (1.0 / GAMMA), (0, 0), LENS_BLUR)
    noise = rng.standard_normal((*image.shape[:2], 1), dtype=np.float32) * NOISE
    return np.clip(toned * 255.0 + noise, 0.0, 255.0).astype(np.uint8)
