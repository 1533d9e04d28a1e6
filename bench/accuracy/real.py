"""Real bowling clips: right-arm bowlers from the side, events read by eye."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from bench.accuracy.seen import Seen, see
from bench.accuracy.setting import Setting
from bench.accuracy.table import Row, absent, all_of
from bench.accuracy.videos import Change, Changed, Clip, VideoSource

from cricksy.vocabulary import Handedness

SECTION: Final = "Real bowling clips"
OTHERS: Final = ("other_10", "pan_14")
CONTACT_BEFORE_RELEASE_S: Final = 0.12
"""What a constant says of front-foot contact."""
RELEASE_TOLERANCE, CONTACT_TOLERANCE = 1, 2
"""Frames: as exact as an eye reads them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One clip's truth: frames from 0; ``contact`` is ``None`` where the feet are out of the image."""

    file: Path
    contact: int | None
    release: int


@dataclass(frozen=True, slots=True)
class Variant:
    """The clips in one form. ``target``: +1 where the bowlers run to the right of the image."""

    name: str
    change: Change | None
    arm: Handedness
    target: int
    frame_s: float

    def of(self, file: Path) -> VideoSource:
        return Clip(file) if self.change is None else Changed(Clip(file), self.change)


AS_SHOT: Final = Variant("as shot", None, Handedness.RIGHT, 1, 1001 / 30_000)
MIRRORED: Final = Variant("mirrored film", "mirrored", Handedness.LEFT, -1, 1001 / 30_000)
PANNED: Final = Variant("camera that swings after him", "panned", Handedness.RIGHT, 1, 1001 / 30_000)
HALF: Final = Variant("half speed", "half", Handedness.RIGHT, 1, 1001 / 15_000)
VARIANTS: Final = (AS_SHOT, MIRRORED, PANNED, HALF)


def deliveries(setting: Setting) -> list[Delivery]:
    """The clips with known events; empty without the directory."""
    table = setting.clip("bowling", "events.csv")
    if table is None:
        return []
    with table.open(newline="") as lines:
        return [
            Delivery(
                file=table.parent / line["clip"],
                contact=int(line["front_foot_contact_frame"]) if line["front_foot_contact_frame"] else None,
                release=int(line["ball_release_frame"]),
            )
            for line in csv.DictReader(lines)
        ]


def sources(setting: Setting) -> list[VideoSource]:
    files = [delivery.file for delivery in deliveries(setting)]
    others = [clip for name in OTHERS if (clip := setting.clip("bowling", f"{name}.mp4")) is not None]
    return [*map(Clip, others), *(variant.of(file) for variant in VARIANTS for file in files)]


def rows(setting: Setting) -> list[Row]:
    truth = deliveries(setting)
    if not truth:
        return [absent(SECTION, "no clips: CRICKSY_CLIPS names no directory with bowling/events.csv")]
    found: list[Row] = []
    for variant in VARIANTS:
        seen = [see(setting.store.poses(variant.of(delivery.file))) for delivery in truth]
        found += _variant(variant, truth, seen)
    return found + _others(setting)


def _variant(variant: Variant, truth: Sequence[Delivery], seen: Sequence[Seen]) -> list[Row]:
    n = len(truth)
    always_right = f"{n if variant.arm is Handedness.RIGHT else 0}/{n}"
    both = list(zip(truth, seen, strict=True))
    contacts = [(delivery, one) for delivery, one in both if delivery.contact is not None]
    hidden = [one for delivery, one in both if delivery.contact is None]
    return [
        all_of(SECTION, f"{variant.name}: said to be bowling", [one.bowling for one in seen], f"{n}/{n}"),
        all_of(SECTION, f"{variant.name}: bowling arm", [one.hand is variant.arm for one in seen], always_right),
        all_of(
            SECTION,
            f"{variant.name}: front leg",
            [_front_leg_right(one, delivery.release, variant.target) for delivery, one in both],
            always_right,
        ),
        _release_row(variant, both),
        _contact_row(variant, contacts),
        all_of(
            SECTION,
            f"{variant.name}: no contact where the feet are out of the picture",
            [one.event_frame("front_foot_contact") is None for one in hidden],
            f"0/{len(hidden)}",
        ),
    ]


def _release_row(variant: Variant, both: Sequence[tuple[Delivery, Seen]]) -> Row:
    off = [_off(one.event_frame("ball_release"), delivery.release) for delivery, one in both]
    middle = [abs(int(one.track.frame[-1]) // 2 - delivery.release) for delivery, one in both]
    return all_of(
        SECTION,
        f"{variant.name}: release within {RELEASE_TOLERANCE} frame",
        [error is not None and abs(error) <= RELEASE_TOLERANCE for error in off],
        f"{sum(error <= RELEASE_TOLERANCE for error in middle)}/{len(both)} (the film's middle)",
        f" ({_listed(off)})",
    )


def _contact_row(variant: Variant, contacts: Sequence[tuple[Delivery, Seen]]) -> Row:
    off = [_off(one.event_frame("front_foot_contact"), delivery.contact) for delivery, one in contacts]
    before = round(CONTACT_BEFORE_RELEASE_S / variant.frame_s)
    guessed = [
        _off(None if (release := one.event_frame("ball_release")) is None else release - before, delivery.contact)
        for delivery, one in contacts
    ]
    return all_of(
        SECTION,
        f"{variant.name}: front-foot contact within {CONTACT_TOLERANCE} frames",
        [error is not None and abs(error) <= CONTACT_TOLERANCE for error in off],
        f"{sum(e is not None and abs(e) <= CONTACT_TOLERANCE for e in guessed)}/{len(contacts)} ({_listed(guessed)})",
        f" ({_listed(off)})",
    )


def _off(found: int | None, true: int | None) -> int | None:
    return None if found is None or true is None else found - true


def _listed(errors: Sequence[int | None]) -> str:
    return " ".join("none" if error is None else f"{error:+d}" if error else "0" for error in errors)


def _front_leg_right(seen: Seen, release: int, target: int) -> bool:
    """Whether the chosen front leg's ankle is the one of the two that lies nearer to the target at release."""
    chosen, ankles = seen.front_ankle(release), seen.ankles(release)
    if chosen is None or not np.isfinite(ankles).all():
        return False
    ahead = ankles[int(np.argmax(target * ankles[:, 0]))]
    behind = ankles[int(np.argmin(target * ankles[:, 0]))]
    return bool(np.linalg.norm(chosen - ahead) < np.linalg.norm(chosen - behind))


def _others(setting: Setting) -> list[Row]:
    others = [clip for name in OTHERS if (clip := setting.clip("bowling", f"{name}.mp4")) is not None]
    seen = [see(setting.store.poses(Clip(clip))) for clip in others]
    said = [f"{clip.stem}: {_said(one)}" for clip, one in zip(others, seen, strict=True)]
    return [Row(SECTION, "clips without known events", "; ".join(said) or None)]


def _said(seen: Seen) -> str:
    discipline = seen.measurement.discipline
    events = ", ".join(f"{event.name} {event.frame}" for event in seen.measurement.events)
    return (
        f"{discipline.value or 'nothing'} {discipline.confidence:.2f}, {seen.hand or 'no'} arm, {events or 'no events'}"
    )
