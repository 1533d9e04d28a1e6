"""The actions: one module each, and the list of them by name."""

from collections.abc import Mapping
from typing import Final, Protocol

from synthetic.body import Body, Side
from synthetic.motion.bowling import Bowling
from synthetic.performance import Action


class MakesAction(Protocol):
    def __call__(self, body: Body, arm: Side) -> Action:
        """The action for a body whose bowling arm or top hand is ``arm``."""
        ...


ACTIONS: Final[Mapping[str, MakesAction]] = {"bowling": Bowling}
