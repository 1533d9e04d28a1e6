"""What the log says of who deleted or exported which data: ids and counts, and no words of a person.

The caller's ``user_id`` and the request's ids are in each line of a request already.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from cricksy.api.tokens import Coach

_MOST_IDS: Final = 1_000
"""Ids in a line. CloudWatch takes 256 KB, and 1,000 are 39 KB; the count says how many there were."""


def audited(coach: Coach) -> dict[str, object]:
    """Whose data it was; who asked for it is in the line already."""
    return {"audit": True, "owner_type": coach.owner.type, "owner_id": coach.owner.id}


def player_hash(player_id: str) -> str:
    """The client's id as SHA-256: it may be a name. Who knows the id finds the line with ``sha256sum``."""
    return sha256(player_id.encode()).hexdigest()


def first_ids(ids: Sequence[UUID]) -> list[str]:
    """As many of the ids as a line holds."""
    return [str(one) for one in ids[:_MOST_IDS]]
