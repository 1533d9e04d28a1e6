"""Spans for a collector: one trace from the call through the message to the child, and nothing without a collector."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest
from tests.support.api import Caller, make_token, serving
from tests.support.collector import Collector, collecting
from tests.support.settings import api_settings
from tests.support.workers import StartWorker

from cricksy.api.health import Readiness
from cricksy.settings import ApiSettings, AwsSettings, SettingsError, worker_settings
from cricksy.spans import exporting, exports_spans, span, traceparent
from cricksy.tracing import new_trace_id, trace_id_of, traceparent_of

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as running:
        monkeypatch.setenv(ENDPOINT, running.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2")
        yield running


@pytest.fixture
def traced(database_url: str, aws_settings: AwsSettings) -> ApiSettings:
    return msgspec.structs.replace(api_settings(database_url, aws_settings), exports_spans=True)


async def test_one_trace_leads_from_the_call_to_the_child(
    collector: Collector, traced: ApiSettings, start_worker: StartWorker
) -> None:
    trace_id = new_trace_id()
    sent_by = f"00-{trace_id}-00f067aa0ba902b7-01"
    async with serving(traced, Readiness()) as client:
        coach = Caller(client, make_token())
        initiated = await coach.initiate()
        assert (await coach.upload(initiated, b"good")).status_code == 200
        job_id = initiated["job_id"]
        answer = await coach.call(
            "POST", "/videos/upload/complete", json={"job_id": job_id}, headers={"traceparent": sent_by}
        )
        assert answer.status_code == 202
        worker = await start_worker(**{ENDPOINT: collector.url, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=hunter2"})
        await worker.until_event("message_deleted")
        assert await worker.end(signal.SIGTERM) == 0
    spans = collector.of(trace_id)
    call = spans["POST /api/coaches/plus/videos/upload/complete"]
    chain = [call, spans["send analysis"], spans["process analysis"], spans["analyse in child"]]
    assert call.parent_id == "00f067aa0ba902b7"
    assert [one.parent_id for one in chain[1:]] == [one.span_id for one in chain[:-1]]
    assert [one.service for one in chain] == ["cricksy-api", "cricksy-api", "cricksy-worker", "cricksy-worker"]
    assert call.attributes["http.response.status_code"] == "202"
    assert chain[2].attributes["job_id"] == job_id
    assert (chain[3].attributes["outcome"], chain[3].is_failed) == ("Analysed", False)
    told = "".join(one.raw for one in collector.spans)
    assert not [word for word in ("hunter2", "?", "X-Amz", "http://", coach.token) if word in told]
    # What the worker logs has the same id.
    assert worker.events("job_updated")[0]["trace_id"] == trace_id


async def test_a_call_without_a_trace_begins_the_one_that_its_log_names(
    collector: Collector, traced: ApiSettings
) -> None:
    async with serving(traced, Readiness()) as client:
        coach = Caller(client, make_token())
        await coach.session()
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/no/such/page?token=hunter2")).status_code == 404
    made, missing = collector.spans
    assert (made.name, made.parent_id) == ("POST /api/coaches/plus/sessions", "")
    assert missing.name == "GET unmatched"


def test_a_failed_body_is_marked_by_its_class_alone(collector: Collector) -> None:
    def fail() -> None:
        with exporting("worker", is_on=True), span("work", trace_id=new_trace_id()):
            raise RuntimeError("hunter2")

    with pytest.raises(RuntimeError):
        fail()
    (failed,) = collector.spans
    assert (failed.is_failed, failed.attributes["error.type"]) == (True, "RuntimeError")
    assert "hunter2" not in failed.raw


def test_a_message_of_another_trace_is_no_child_of_the_span_at_hand(collector: Collector) -> None:
    ours, theirs = new_trace_id(), new_trace_id()
    with exporting("worker", is_on=True), span("outer", trace_id=ours):
        assert trace_id_of(traceparent(ours)) == ours
        assert int(traceparent(ours)[-2:], 16) & 1
        with span("inner", "producer", trace_id=theirs):
            assert trace_id_of(traceparent(theirs)) == theirs
    assert {one.name: (one.trace_id, one.parent_id) for one in collector.spans} == {
        "outer": (ours, ""),
        "inner": (theirs, ""),
    }


def test_a_sender_that_does_not_sample_is_obeyed(collector: Collector) -> None:
    trace_id = new_trace_id()
    with (
        exporting("worker", is_on=True),
        span("process", "consumer", trace_id=trace_id, parent=traceparent_of(trace_id)),
    ):
        pass
    assert collector.spans == []


async def test_a_collector_that_is_away_costs_no_answer(monkeypatch: pytest.MonkeyPatch, traced: ApiSettings) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    async with serving(traced, Readiness()) as client:
        assert (await Caller(client, make_token()).session())["session_id"]


@pytest.mark.parametrize(
    ("environ", "is_on"),
    [
        ({}, False),
        ({ENDPOINT: "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({ENDPOINT: "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({ENDPOINT: "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_standard_variables_switch_it(environ: dict[str, str], *, is_on: bool) -> None:
    assert exports_spans(environ) is is_on


def test_without_the_packages_the_start_fails_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cricksy.environment.can_export_spans", lambda: False)
    with pytest.raises(SettingsError, match=r"pip install 'cricksy-coach-plus\[otel\]'"):
        worker_settings({ENDPOINT: "http://c:4318"})


def test_without_a_collector_nothing_of_it_is_imported() -> None:
    program = (
        "import sys; import cricksy.api.app, cricksy_worker.run; from cricksy.spans import exporting, span\n"
        "with exporting('api', is_on=False), span('x', trace_id='0' * 32) as one: one.set_attribute('a', 1)\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout == "[]\n"
