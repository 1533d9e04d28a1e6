"""Why the landing of a foot was not found, in words for the coach."""

from typing import Final, Literal

from cricksy.analysis import thresholds as th
from cricksy.analysis.events import NoContact
from cricksy.analysis.metrics.confidence import Scene

Contact = Literal["back_foot_contact", "front_foot_contact"]

_FOOT: Final[dict[Contact, str]] = {"back_foot_contact": "back foot", "front_foot_contact": "front foot"}
_SHOW: Final[dict[Contact, str]] = {
    "back_foot_contact": "film the run-up too, with both feet in the picture",
    "front_foot_contact": "keep both feet in the picture",
}


def why_no_contact(scene: Scene, contact: Contact) -> str:
    """A sentence that says what to do. The back foot is looked for only before the front foot's landing."""
    name: Contact = contact if contact in scene.action.no_contact else "front_foot_contact"
    cause = scene.action.no_contact.get(name)
    if cause is None:
        return (
            f"From the front or behind the landing of the {_FOOT[contact]} is not found: set the moment yourself to"
            " measure it."
        )
    clause, advice = _clause(scene, name, cause), _advice(scene, name, cause)
    return f"{clause[0].upper()}{clause[1:]}{f': {advice}' if advice else ''}."


def no_front_contact(scene: Scene) -> str:
    """The cause alone, as part of a sentence."""
    cause = scene.action.no_contact.get("front_foot_contact")
    return _clause(scene, "front_foot_contact", NoContact.HIDDEN if cause is None else cause)


def _clause(scene: Scene, name: Contact, cause: NoContact) -> str:
    foot, key_event = _FOOT[name], scene.profile.key_event_name or "ball_release"
    until = key_event.removeprefix("ball_") if name == "front_foot_contact" else "the front foot lands"
    match cause:
        case NoContact.HIDDEN:
            return f"the video does not show the {foot} land"
        case NoContact.STANDING:
            return f"the video shows no step of the {foot} before {until}"
        case NoContact.MOVING:
            return f"the {foot} does not come to rest in time before {until}"
        case NoContact.MISPLACED:
            return f"the {foot} lands at a time that does not fit this {scene.profile.action_word}"


def _advice(scene: Scene, name: Contact, cause: NoContact) -> str | None:
    match cause:
        case NoContact.HIDDEN:
            return _SHOW[name]
        case NoContact.STANDING:
            # A bowler steps in every delivery; a batter may well stand.
            return "start filming earlier" if scene.profile.arm_bowls else None
        case NoContact.MOVING:
            film = "film at 60 frames a second or more, or " if scene.motion.rate < th.FULL_RATE_FAST else ""
            return f"{film}set the moment yourself where you see it land"
        case NoContact.MISPLACED:
            return "check the moments and correct them"
