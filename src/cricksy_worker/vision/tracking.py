"""Who is who in a film: the same person found twice, one person's path over time, and who of all is the athlete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cricksy.analysis import thresholds as th
from cricksy.analysis.disciplines.action import wrist_speed
from cricksy.analysis.disciplines.bowling import find_delivery
from cricksy.analysis.preprocessing.cleaning import clean
from cricksy.analysis.skeleton import BODY, TRUNK
from cricksy.analysis.track import FloatArray, Track
from cricksy.vocabulary import Discipline, Given

SAME_PERSON: Final = 0.2  # provisional: torso to torso; two people so close hide one another
SAME_SIZE: Final = 0.5  # provisional: the smaller one's share of the larger one's size; a crouch takes a third away
FASTEST: Final = 6.0  # sizes a second: a sprinter's 10 m/s by a height of 1.7 m
LEEWAY: Final = 0.2  # provisional: the torso's centre moves so much by bending, and by landmark error
LONGEST_LOSS_MS: Final = 500.0  # provisional: one who is not seen for longer is somebody else
FAST_FRAMES: Final = 2  # that show a wrist as fast as in an action: one may be a glitch


@dataclass(frozen=True, slots=True)
class Reading:
    """Landmarks (33, 4) of one person in a source frame, in pixels of the upright frame.

    ``trust``: how well the person was seen, 0–1.
    """

    frame: int
    t_ms: float
    landmarks: FloatArray
    trust: float

    @property
    def centre(self) -> FloatArray:
        """(2,) the middle of the torso."""
        return np.asarray(self.landmarks[TRUNK, :2].mean(axis=0))

    @property
    def box(self) -> FloatArray:
        """(4,) left, top, right, bottom of the body."""
        body = self.landmarks[BODY, :2]
        return np.concatenate([body.min(axis=0), body.max(axis=0)])

    @property
    def size(self) -> float:
        left, top, right, bottom = self.box
        return float(max(right - left, bottom - top))


@dataclass(frozen=True, slots=True)
class Look:
    """The people whom the ``model``-th model found in a source frame; none is a finding too."""

    frame: int
    t_ms: float
    model: int
    people: Sequence[Reading]

    def with_people(self, people: Sequence[Reading]) -> "Look":
        return replace(self, people=people)

    def at(self, frame: int, t_ms: float) -> "Look":
        """The same at another moment."""
        return replace(
            self, frame=frame, t_ms=t_ms, people=[replace(person, frame=frame, t_ms=t_ms) for person in self.people]
        )


def distinct(readings: Iterable[Reading]) -> list[Reading]:
    """The people among the readings of one frame, each once, the best seen first."""
    people: list[Reading] = []
    for reading in sorted(readings, key=lambda reading: -reading.trust):
        if not any(_same(reading, person) for person in people):
            people.append(reading)
    return people


def paths(frames: Sequence[Sequence[Reading]], shots: Sequence[int]) -> list[list[Reading]]:
    """One list for each person, from the people in each frame and the number of its shot; no path spans a cut."""
    done: list[list[Reading]] = []
    alive: list[list[Reading]] = []
    shot = -1
    for people, number in zip(frames, shots, strict=True):
        if number != shot:
            done, alive, shot = done + alive, [], number
        for path, person in _pairs(alive, people):
            path.append(person)
        begun = {id(path[-1]) for path in alive}
        alive += [[person] for person in people if id(person) not in begun]
    return done + alive


def prowess(track: Track, given: Given) -> tuple[float, float]:
    """How much the person of ``track`` acts: certainty of a delivery 0–1, then speed of the faster wrist in H/s.

    (0, 0) for one who does not move as in an action.
    """
    motion = clean(track)
    if motion is None:
        return 0.0, 0.0
    speed = wrist_speed(motion)
    # The fastest but one: a single fast frame may be a glitch.
    fast = np.sort(speed[np.isfinite(speed)])[-FAST_FRAMES:]
    if len(fast) < FAST_FRAMES or fast[0] < th.COARSE_ACTION_SPEED:
        return 0.0, 0.0
    delivery = find_delivery(motion) if given.discipline in (None, Discipline.BOWLING) else None
    return (delivery.discipline_confidence if delivery else 0.0), float(fast[0])


def presence(path: Sequence[Reading]) -> float:
    """How much of the film is this person's: the sum of its sizes."""
    return sum(person.size for person in path)


def _pairs(alive: Sequence[list[Reading]], people: Sequence[Reading]) -> list[tuple[list[Reading], Reading]]:
    """Which path goes on with which person: the nearest ones first, each once."""
    fits = [
        (miss, place, index)
        for place, path in enumerate(alive)
        for index, person in enumerate(people)
        if (miss := _miss(path, person)) is not None
    ]
    pairs: list[tuple[list[Reading], Reading]] = []
    paths_left, people_left = set(range(len(alive))), set(range(len(people)))
    for _, place, index in sorted(fits):
        if place in paths_left and index in people_left:
            paths_left.remove(place)
            people_left.remove(index)
            pairs.append((alive[place], people[index]))
    return pairs


def _miss(path: Sequence[Reading], person: Reading) -> float | None:
    """How far from the place to which ``path`` led the person is, in sizes; ``None`` where it is somebody else."""
    before = path[-1]
    seconds = (person.t_ms - before.t_ms) / 1000
    if seconds * 1000 > LONGEST_LOSS_MS or not _alike(before, person):
        return None
    if _apart(before.centre, person) > LEEWAY + FASTEST * seconds:
        return None
    expected = before.centre
    if len(path) > 1:
        earlier = path[-2]
        expected = expected + (before.centre - earlier.centre) * (person.t_ms - before.t_ms) / (
            before.t_ms - earlier.t_ms
        )
    return _apart(expected, person)


def _same(one: Reading, other: Reading) -> bool:
    return _alike(one, other) and _apart(one.centre, other) <= SAME_PERSON


def _alike(one: Reading, other: Reading) -> bool:
    sizes = sorted((one.size, other.size))
    return sizes[0] >= SAME_SIZE * sizes[1]


def _apart(place: FloatArray, person: Reading) -> float:
    return float(np.linalg.norm(person.centre - place)) / max(person.size, 1.0)
