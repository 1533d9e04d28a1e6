"""How long to wait before something is tried again."""

import random
from dataclasses import dataclass

_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with full jitter.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    base_seconds: float
    cap_seconds: float

    def seconds(self, failures: int) -> float:
        """A wait after so many failures (1 is the first): uniform from 0 to the doubled base, or to the cap."""
        doublings = min(failures - 1, _MOST_DOUBLINGS)
        return random.uniform(0, min(self.cap_seconds, self.base_seconds * 2**doublings))  # noqa: S311 - not a secret
