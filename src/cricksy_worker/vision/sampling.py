"""Choosing frames by their timestamps."""

from typing import Final

# ratio; of the source's interval, before its due time, from which a frame is taken: nearly half, so that the nearest
# frame is taken whichever way timestamps were rounded, and of two equally near ones always the later
EARLY: Final = 0.45


class Sampler:
    """Chooses at most ``fps`` frames a second, evenly, whatever the rate of the source and however it varies."""

    def __init__(self, fps: float, early: float = EARLY) -> None:
        """``early``: see ``EARLY``, 0–0.5."""
        self._period_ms = 1000 / fps
        self._early = early
        self._start_ms: float | None = None
        self._before_ms = 0.0
        self._slot = 0

    def takes(self, t_ms: float) -> bool:
        """Whether to take the frame at ``t_ms``; ask for every frame, in the order of time."""
        if self._start_ms is None:
            self._start_ms = self._before_ms = t_ms
            return True
        early_ms = self._early * min(t_ms - self._before_ms, self._period_ms)
        self._before_ms = t_ms
        slot = int((t_ms + early_ms - self._start_ms) / self._period_ms)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True
