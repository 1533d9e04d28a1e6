"""What a worker stores of a video: the results of a synthetic player's, and the landmarks they were scored from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import msgspec
from tools.synthetic.film import Filmed, film
from tools.synthetic.player import Doing, standard

from cricksy.analysis.actions import Measured, measure_actions
from cricksy.analysis.assemble import Provenance, assemble, published_frames
from cricksy.analysis.coaching.about import about_film
from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.track import pack
from cricksy.results.measurements import Frame
from cricksy.results.player import History
from cricksy.results.schema import Results
from cricksy.vocabulary import Given

MODELS = {"perfect": "0" * 64}


@dataclass(frozen=True)
class Stored:
    filmed: Filmed
    results: bytes
    landmarks: bytes

    @property
    def read(self) -> Results:
        return read(self.results)

    def truth_ms(self, name: str) -> float:
        return self.filmed.truth.events[name] * 1000.0


def read(results: bytes) -> Results:
    """Results of today's schema, strictly: they hold nothing that it does not name."""
    decoded = msgspec.json.decode(results, type=Results)
    unknown = list(_unknown(msgspec.json.decode(results), msgspec.json.decode(msgspec.json.encode(decoded)), "results"))
    assert not unknown, unknown
    return decoded


def _unknown(raw: Any, known: Any, place: str) -> Iterator[str]:
    """Where ``raw`` holds a field that ``known`` does not."""
    if isinstance(raw, dict):
        fields = cast("dict[str, Any]", raw)
        for name, value in fields.items():
            if name in known:
                yield from _unknown(value, known[name], f"{place}.{name}")
            else:
                yield f"{place}.{name}"
    elif isinstance(raw, list):
        for number, (item, of_known) in enumerate(zip(cast("list[Any]", raw), known, strict=True)):
            yield from _unknown(item, of_known, f"{place}[{number}]")


@cache
def stored(doing: Doing = "bowling", *, include_frames: bool = True, fps: float = 60.0) -> Stored:
    return store(film(standard(doing), fps=fps), include_frames=include_frames)


def store(filmed: Filmed, given: Given | None = None, *, include_frames: bool = True) -> Stored:
    given = given or Given()
    measured = measure_actions(filmed.track, filmed.video, [], given)
    frames = published_frames(filmed.track) if include_frames else []
    return Stored(filmed, results_of(measured, frames, given), pack(filmed.track))


def results_of(measured: Measured, frames: list[Frame], given: Given) -> bytes:
    history = History()
    about = about_film(measured, given, history)
    findings = find(measured.main, about)
    report = write_report(findings, measured.main, about)
    provenance = Provenance(measured.fine_window_ms, MODELS)
    actions = measured.actions
    return msgspec.json.encode(
        assemble(measured.main, findings, report, frames, provenance, given=given, history=history, actions=actions)
    )
