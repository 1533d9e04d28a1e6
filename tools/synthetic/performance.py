"""A body that performs an action, and what every action must be able to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from numpy.typing import ArrayLike
from tools.synthetic.body import Body, Pose, Side
from tools.synthetic.geometry import Array
from tools.synthetic.kinematics import PoseTarget, solve
from tools.synthetic.mesh import Mesh


class Action(Protocol):
    """What each module of ``tools.synthetic.motion`` offers. The target lies towards +x."""

    @property
    def name(self) -> str:
        """The discipline, or what is done instead."""
        ...

    @property
    def hand(self) -> Side:
        """``r`` for a right-hander: the bowling arm, or a batter's lower hand."""
        ...

    @property
    def front(self) -> Side:
        """The leg nearer to the target at release or impact."""
        ...

    @property
    def arm(self) -> Side:
        """The bowling arm, or the batter's front one."""
        ...

    @property
    def duration(self) -> float:
        """Seconds."""
        ...

    @property
    def centre(self) -> Array:
        """World position (3,) in the middle of what an image of the action has to show."""
        ...

    @property
    def span(self) -> float:
        """Metres along the pitch that an image of the action has to show."""
        ...

    def target(self, t: ArrayLike) -> PoseTarget:
        """What the body does at ``t`` (...) seconds."""
        ...

    def events(self, performance: "Performance") -> Mapping[str, float]:
        """Seconds of each named event, read off the geometry of the performance, in order of time."""
        ...

    def props(self, performance: "Performance", events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """What is held or thrown at ``t`` seconds: a ball, a bat."""
        ...


@dataclass(frozen=True, eq=False)
class Performance:
    """An action done by a body. Equal only to itself, so that what its geometry says can be kept with it."""

    body: Body
    action: Action

    def pose(self, t: ArrayLike) -> Pose:
        """Pose at ``t`` (...) seconds."""
        return solve(self.body, self.action.target(t))

    def sole_height(self, side: Side, t: ArrayLike) -> Array:
        """Metres (...) from the ground to the lowest point of a shoe."""
        pose = self.pose(t)
        ankle, ball = f"foot_{side}", f"ball_{side}"
        lowest = self.body.lowest_of_sole(side, pose.rotations[ankle], pose.rotations[ball])
        return pose.joints[ankle][..., 1] + lowest

    def events(self) -> Mapping[str, float]:
        """Seconds of each named event, in order of time."""
        return self._events

    @cached_property
    def _events(self) -> Mapping[str, float]:
        return self.action.events(self)
