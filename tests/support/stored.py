"""What a worker stores of a film: the results of a synthetic player's, and the landmarks they were scored from."""

from dataclasses import dataclass
from functools import cache

import msgspec
from tools.synthetic.film import Filmed, film
from tools.synthetic.player import Doing, standard

from cricksy.analysis.coaching.findings import find
from cricksy.analysis.coaching.report import write_report
from cricksy.analysis.measure import measure
from cricksy.analysis.track import Film, Track, pack
from cricksy.results.schema import Frame, Pose, Results, Versions
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
    """Strictly, as the API's contract has it."""
    return msgspec.json.decode(results, type=Results)


@cache
def stored(doing: Doing = "bowling", *, include_frames: bool = True, fps: float = 60.0) -> Stored:
    filmed = film(standard(doing), fps=fps)
    return store(filmed, include_frames=include_frames)


def store(filmed: Filmed, given: Given | None = None, *, include_frames: bool = True) -> Stored:
    results = _results(filmed.track, filmed.film, given or Given(), include_frames=include_frames)
    return Stored(filmed, msgspec.json.encode(results), pack(filmed.track))


def _results(track: Track, film: Film, given: Given, *, include_frames: bool) -> Results:
    measurement = measure(track, film, given)
    findings = find(measurement)
    return Results(
        pose=Pose(pose_summary=measurement.pose_summary(None), frames=_frames(track) if include_frames else []),
        metrics=measurement.metrics,
        findings=findings,
        report=write_report(findings, measurement),
        versions=Versions(analysis="0.0.0", catalogue="0", models=MODELS),
    )


def _frames(track: Track) -> list[Frame]:
    return [
        Frame(
            frame=int(frame),
            t_ms=float(t_ms),
            detected=True,
            model="perfect",
            landmarks=[(float(x), float(y), float(z), float(seen)) for x, y, z, seen in points],
        )
        for frame, t_ms, points in zip(track.frame, track.t_ms, track.landmarks, strict=True)
    ]
