"""A metric is added by its module and one line of the registry, and arrives everywhere."""

from typing import Any

import httpx
import msgspec
import numpy as np
import pytest
from rich.console import Console
from tests.support.stored import Stored, store
from tools.synthetic.film import film
from tools.synthetic.player import Doing, standard

from cricksy.analysis.metrics import registry
from cricksy.analysis.metrics.base import MetricSpec
from cricksy.analysis.metrics.confidence import Scene
from cricksy.analysis.metrics.scoring import Limit, NotMeasured, RawMeasurement, limit_rule
from cricksy.analysis.rescore import rescore
from cricksy.analysis.skeleton import Joint
from cricksy.api.app import create_app
from cricksy.settings import ApiSettings, AwsSettings, TokenSettings
from cricksy.terminal import print_report


def stance_width(scene: Scene) -> RawMeasurement | NotMeasured:
    """Ankle to ankle across the image, over H, at the key event."""
    if "ball_release" not in scene.action.instants:
        return NotMeasured("A stride belongs to a delivery.")
    feet = scene.motion.smooth[scene.action.window, Joint.ANKLE : Joint.ANKLE + 2, 0]
    width = np.abs(feet[:, 1] - feet[:, 0]) / scene.motion.scale
    value = float(width[-1])
    rule = limit_rule(value, 0.1, (1.0, 0.0))
    return RawMeasurement(
        window=scene.action.window,
        value=value,
        uncertainty=0.1,
        limits=(Limit(0.9, "nobody is surer"),),
        rules=(rule,),
        series=width,
        scores=np.full(len(width), rule.score),
    )


STANCE_WIDTH = MetricSpec(
    name="stance_width",
    title="Stance width",
    noun="width of the stance",
    description="Ankle to ankle.",
    unit="ratio",
    measure=stance_width,
)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "METRICS", (*registry.METRICS, STANCE_WIDTH))


@pytest.fixture
def delivery() -> Stored:
    return store(film(standard()))


async def document() -> dict[str, Any]:
    """The OpenAPI document of the API, which needs no service for it."""
    nowhere = AwsSettings(
        region="eu-west-2", endpoint_url=None, public_endpoint_url=None, bucket="b", queue_url="q", dlq_url="d"
    )
    tokens = TokenSettings(secret="s" * 48, audience="a", issuer="i")
    app: Any = create_app(
        ApiSettings(database_url="postgresql://h/d", aws=nowhere, tokens=tokens, max_video_bytes=1, log_level="INFO")
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test") as client:
        return (await client.get("/docs/openapi.json")).json()


def test_it_is_measured_published_and_corrected(delivery: Stored) -> None:
    read = delivery.read.metrics[STANCE_WIDTH.name]
    assert read.unit == "ratio"
    assert read.value is not None
    assert list(delivery.read.metrics)[-1] == STANCE_WIDTH.name
    release = delivery.truth_ms("ball_release")
    again = msgspec.json.decode(rescore(delivery.results, delivery.landmarks, {"ball_release": release}))
    assert again["metrics"][STANCE_WIDTH.name]["value"] == pytest.approx(read.value, abs=0.1)


@pytest.mark.parametrize("doing", ["batting", "standing"])
def test_without_a_value_it_is_null_with_a_reason(doing: Doing) -> None:
    read = store(film(standard(doing))).read.metrics[STANCE_WIDTH.name]
    assert (read.value, read.score) == (None, None)
    assert read.reason


def test_the_terminal_prints_it(delivery: Stored) -> None:
    console = Console(width=100)
    with console.capture() as capture:
        print_report(delivery.read, console)
    assert STANCE_WIDTH.title in capture.get()


async def test_the_openapi_document_names_it() -> None:
    schemas = (await document())["components"]["schemas"]
    metrics = schemas["Metrics"]
    assert list(metrics["properties"]) == [metric.name for metric in registry.METRICS]
    assert STANCE_WIDTH.name not in metrics["required"]
    assert len(metrics["required"]) == len(registry.METRICS) - 1
    (names,) = [kind["enum"] for kind in schemas["Finding"]["properties"]["metric"]["oneOf"] if "enum" in kind]
    assert STANCE_WIDTH.name in names
