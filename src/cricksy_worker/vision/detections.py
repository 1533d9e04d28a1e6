"""People as a detector found them: one person in one frame, and all the people of a frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis.skeleton import Skeleton
from cricksy.analysis.track import FloatArray

SAME_PERSON: Final = 0.2  # ratio; provisional: of a person's size, torso to torso; two people so close hide one another
SAME_SIZE: Final = 0.5  # ratio; provisional: the smaller one's size by the larger one's; a crouch takes a third away


@dataclass(frozen=True, slots=True)
class Detection:
    """One person in one source frame.

    ``landmarks`` (``skeleton.count``, 4): x, y, z in pixels of the upright frame, and visibility 0–1.
    ``confidence``: how well the person was seen, 0–1.
    """

    frame: int
    t_ms: float
    landmarks: FloatArray
    confidence: float
    skeleton: Skeleton

    @property
    def centre(self) -> FloatArray:
        """(2,) the middle of the torso."""
        return np.asarray(self.landmarks[self.skeleton.trunk, :2].mean(axis=0))

    @property
    def ahead(self) -> float:
        """How far the face is to the right of the torso's middle, in the person's sizes; negative to the left."""
        return float(self.landmarks[self.skeleton.face, 0].mean() - self.centre[0]) / max(self.size, 1.0)

    @property
    def box(self) -> FloatArray:
        """(4,) left, top, right, bottom of the body."""
        body = self.landmarks[self.skeleton.body, :2]
        return np.concatenate([body.min(axis=0), body.max(axis=0)])

    @property
    def size(self) -> float:
        """The longer side of the box, in pixels."""
        left, top, right, bottom = self.box
        return float(max(right - left, bottom - top))


@dataclass(frozen=True, slots=True)
class FrameDetections:
    """The people that the ``model``-th model of the track found in a source frame; none is a finding too."""

    frame: int
    t_ms: float
    model: int
    skeleton: Skeleton
    people: Sequence[Detection]

    def with_people(self, people: Sequence[Detection]) -> "FrameDetections":
        return replace(self, people=people)

    def at(self, frame: int, t_ms: float) -> "FrameDetections":
        """The same at another moment."""
        return replace(
            self, frame=frame, t_ms=t_ms, people=[replace(person, frame=frame, t_ms=t_ms) for person in self.people]
        )

    def scaled(self, scale: float) -> "FrameDetections":
        """The same in coordinates of an image ``scale`` times as large."""
        factors = (scale, scale, scale, 1.0)
        return self.with_people([replace(person, landmarks=person.landmarks * factors) for person in self.people])


@dataclass(frozen=True, slots=True)
class DuplicateParams:
    """When two detections of one frame show the same person; see the constants of the same names."""

    same_person: float = SAME_PERSON
    same_size: float = SAME_SIZE


DUPLICATES: Final = DuplicateParams()


def suppress_duplicates(detections: Iterable[Detection], params: DuplicateParams = DUPLICATES) -> list[Detection]:
    """The people among the detections of one frame, each once, the best seen first."""
    people: list[Detection] = []
    for detection in sorted(detections, key=lambda detection: -detection.confidence):
        if not any(_same(detection, person, params) for person in people):
            people.append(detection)
    return people


def alike(one: Detection, other: Detection, same_size: float = SAME_SIZE) -> bool:
    """Whether both are about as large."""
    sizes = sorted((one.size, other.size))
    return sizes[0] >= same_size * sizes[1]


def distance(place: FloatArray, person: Detection) -> float:
    """From ``place`` (2,) to the person's centre, in the person's sizes."""
    return float(np.linalg.norm(person.centre - place)) / max(person.size, 1.0)


def _same(one: Detection, other: Detection, params: DuplicateParams) -> bool:
    return alike(one, other, params.same_size) and distance(one.centre, other) <= params.same_person
