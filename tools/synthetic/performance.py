"""A body that performs an action, and what every action must be able to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from synthetic.body import Body, Pose, Side
from synthetic.geometry import Array
from synthetic.kinematics import PoseTarget, solve
from synthetic.mesh import Mesh


class Action(Protocol):
    """A cricket action: what each module of ``synthetic.motion`` offers."""

    @property
    def name(self) -> str:
        """The discipline."""
        ...

    @property
    def arm(self) -> Side:
        """The bowling arm, or the side of the top hand in batting."""
        ...

    @property
    def duration(self) -> float:
        """Seconds."""
        ...

    @property
    def centre(self) -> Array:
        """World position (3,) in the middle of what a picture of the action has to show."""
        ...

    @property
    def span(self) -> float:
        """Metres along the pitch that a picture of the action has to show."""
        ...

    def target(self, t: float) -> PoseTarget:
        """What the body does at ``t`` seconds."""
        ...

    def events(self, performance: "Performance") -> Mapping[str, float]:
        """Seconds of each named event, read off the geometry of the performance, in order of time."""
        ...

    def props(self, performance: "Performance", events: Mapping[str, float], t: float) -> Sequence[Mesh]:
        """What is held or thrown at ``t`` seconds: a ball, a bat."""
        ...


@dataclass(frozen=True, slots=True)
class Performance:
    """An action done by a body."""

    body: Body
    action: Action

    def pose(self, t: float) -> Pose:
        """Pose at ``t`` seconds."""
        return solve(self.body, self.action.target(t))

    def sole_height(self, side: Side, t: float) -> float:
        """Metres from the ground to the lowest point of a shoe, measured on the posed surface."""
        return float(self.body.skin(self.pose(t), self.body.soles[side])[:, 1].min())
