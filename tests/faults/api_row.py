"""One line of the report of the API under faults."""

from collections import Counter
from collections.abc import Collection

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    answers: str
    slowest: float
    """Seconds of the slowest answer."""
    wrong: str
    """What should not have been; empty where all was right."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    """0 where the connection ended without one."""
    code: str
    """Of a problem; else empty."""
    seconds: float
    can_be_retried: bool
    """Whether a 503 says when to ask again."""

    @property
    def name(self) -> str:
        return f"{self.status} {self.code}".strip()


def row_of(what: str, answers: Collection[Answer], expected: set[int], bound: float) -> Row:
    """``expected``: the statuses that are right. ``bound``: seconds that none may exceed."""
    counts = Counter(answer.name for answer in answers)
    slowest = max((answer.seconds for answer in answers), default=0.0)
    wrong = [f"{count} × {name}" for name, count in counts.items() if int(name.split()[0]) not in expected]
    wrong += ["503 without Retry-After" for answer in answers if answer.status == 503 and not answer.can_be_retried][:1]
    if slowest > bound:
        wrong.append(f"slower than {bound:g} s")
    named = ", ".join(f"{count} × {name}" for name, count in sorted(counts.items()))
    return Row(what=what, answers=named, slowest=slowest, wrong="; ".join(wrong))
