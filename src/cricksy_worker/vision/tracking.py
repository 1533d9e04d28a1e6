"""Linking the detections of a shot's frames into one tracklet for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import numpy as np

from cricksy_worker.vision.detections import SAME_SIZE, Detection, alike, distance

FASTEST: Final = 6.0  # 1/s; sizes of a person a second: a sprinter's 10 m/s by a height of 1.7 m
LEEWAY: Final = 0.2  # ratio; provisional: of a person's size; bending and landmark error move the torso's centre so far
LONGEST_LOSS_MS: Final = 500.0  # ms; provisional: one who is not seen for longer is somebody else
NEVER: Final = 1e6  # ratio; miss of a pair that is never linked: more than all others together

_optimize: Any = import_module("scipy.optimize")  # SciPy has no types

Tracklet = Sequence[Detection]
"""One person's detections, in the order of time; at most one a frame, and all of one shot."""


@dataclass(frozen=True, slots=True)
class TrackingParams:
    """When two detections of successive frames are one person; see the constants of the same names."""

    fastest: float = FASTEST
    leeway: float = LEEWAY
    longest_loss_ms: float = LONGEST_LOSS_MS
    same_size: float = SAME_SIZE


TRACKING: Final = TrackingParams()


def link_detections(
    frames: Sequence[Sequence[Detection]], shots: Sequence[int], params: TrackingParams = TRACKING
) -> list[Tracklet]:
    """Link the people in each frame into tracklets. ``shots``: each frame's shot; no tracklet spans a cut."""
    tracklets: list[list[Detection]] = []
    alive: list[list[Detection]] = []
    shot = -1
    for people, number in zip(frames, shots, strict=True):
        if number != shot:
            alive, shot = [], number
        if people:
            since_ms = people[0].t_ms - params.longest_loss_ms
            alive = [tracklet for tracklet in alive if tracklet[-1].t_ms >= since_ms]
        for tracklet, person in _assign(alive, people, params):
            tracklet.append(person)
        linked = {id(tracklet[-1]) for tracklet in alive}
        new = [[person] for person in people if id(person) not in linked]
        alive += new
        tracklets += new
    return [*tracklets]


def total_size(tracklet: Tracklet) -> float:
    """How much of the video is this person's: the sum of the sizes, in pixels."""
    return sum(person.size for person in tracklet)


def looks_left(tracklet: Tracklet) -> bool:
    """Whether the person looks to the left of the image for most of the time."""
    return sum(at.ahead for at in tracklet) < 0


def _assign(
    alive: Sequence[list[Detection]], people: Sequence[Detection], params: TrackingParams
) -> list[tuple[list[Detection], Detection]]:
    """Which tracklet goes on with which person: as many as can, by the least sum of misses (Kuhn 1955)."""
    if not alive or not people:
        return []
    misses = np.array([[_miss(tracklet, person, params) for person in people] for tracklet in alive])
    rows, columns = _optimize.linear_sum_assignment(np.minimum(misses, NEVER))
    return [
        (alive[row], people[column]) for row, column in zip(rows, columns, strict=True) if misses[row, column] < NEVER
    ]


def _miss(tracklet: Tracklet, person: Detection, params: TrackingParams) -> float:
    """How far the person is from where ``tracklet`` led, in sizes; infinite if it is somebody else."""
    before = tracklet[-1]
    seconds = (person.t_ms - before.t_ms) / 1000
    if seconds * 1000 > params.longest_loss_ms or not alike(before, person, params.same_size):
        return np.inf
    if distance(before.centre, person) > params.leeway + params.fastest * seconds:
        return np.inf
    expected = before.centre
    if len(tracklet) > 1:
        earlier = tracklet[-2]
        expected = expected + (before.centre - earlier.centre) * (person.t_ms - before.t_ms) / (
            before.t_ms - earlier.t_ms
        )
    return distance(expected, person)
