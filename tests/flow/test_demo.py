"""The whole way, as ``make demo`` goes it: real services, real processes, the real analysis."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from tests.support.once import made_once
from tests.support.stored import read
from tests.support.waiting import PATIENCE_SECONDS, wait_until

from cricksy.results.schema import Results

CRICKSY = (sys.executable, "-m", "cricksy")
API_EVENTS = {"http_request", "job_created", "upload_completed", "message_sent"}
WORKER_EVENTS = {
    "message_received",
    "job_processing",
    "video_downloaded",
    "analysis_started",
    "analysis_step",
    "job_updated",
    "message_deleted",
}


@dataclass(frozen=True)
class Demo:
    """What a demo printed, stored and logged, and the commands of the processes it left."""

    stdout: str
    job: dict[str, Any]
    api: list[dict[str, Any]]
    worker: list[dict[str, Any]]
    left: str


def lines(log: Path) -> list[dict[str, Any]]:
    """Every line, each of which has to be one JSON object."""
    return [msgspec.json.decode(line, type=dict[str, Any]) for line in log.read_bytes().splitlines()]


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Demo:
    directory = made_once("demo", testrun_uid, tmp_path_factory, run_demo)
    logs = directory / "data" / "logs"
    return Demo(
        (directory / "stdout").read_text(),
        json.loads((directory / "job.json").read_bytes()),
        lines(logs / "api.log"),
        lines(logs / "worker-1.log"),
        (directory / "left").read_text(),
    )


def run_demo(directory: Path) -> None:
    data, out = directory / "data", directory / "job.json"
    # Colours and widths of a terminal that is not there.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {"COLUMNS": "120"}
    done = subprocess.run(
        [*CRICKSY, "demo", "--json", str(out), "--keep", "--data-dir", str(data)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    left = [command for command in map(command_of, psutil.process_iter()) if str(data) in command]
    (directory / "stdout").write_text(done.stdout)
    (directory / "left").write_text("\n".join(left))


def test_a_report_stands_in_the_terminal(demo: Demo) -> None:
    report = demo.job["results"]["report"]
    assert report["summary"].split(":")[0] in demo.stdout
    for name in ("Head stability", "Balance", "Front knee", "Elbow height"):
        assert name in demo.stdout
    assert "http://127.0.0.1:" in demo.stdout


def test_nothing_is_left_running(demo: Demo) -> None:
    assert demo.left == ""


def test_the_job_has_the_shape_of_the_contract(demo: Demo) -> None:
    job = demo.job
    assert (job["status"], job["stage"], job["progress"], job["final"]) == ("completed", None, 100, True)
    assert (job["attempts"], job["revision"], job["error_code"], job["error_message"]) == (1, 1, None, None)
    results = read(msgspec.json.encode(job["results"]))
    summary = results.pose.pose_summary
    assert (summary.width, summary.height, round(summary.source_fps)) == (1280, 720, 60)
    assert summary.detection_rate >= 0.8
    assert summary.frames_sampled == len(results.pose.frames)
    frames = [frame.frame for frame in results.pose.frames]
    assert frames == sorted(set(frames))
    assert all(len(frame.landmarks) == 33 for frame in results.pose.frames if frame.landmarks is not None)
    assert [day.day for day in results.report.one_week_plan] == [1, 2, 3, 4, 5, 6, 7]
    assert len(results.report.top_issues) <= 3
    assert set(results.versions.models)


def test_the_sample_is_measured_as_its_truth_says(demo: Demo) -> None:
    truth_file = Path(__file__).parents[2] / "src" / "cricksy" / "sample" / "bowling.truth.json"
    truth = {event["name"]: event["frame"] for event in json.loads(truth_file.read_bytes())["events"]}
    results = msgspec.convert(demo.job["results"], Results)
    summary = results.pose.pose_summary
    assert (summary.discipline, summary.handedness, summary.camera_view) == ("bowling", "right", "side")
    found = {event.name: event.frame for event in summary.events}
    assert set(found) == set(truth)
    for name, frame in truth.items():
        assert abs(found[name] - frame) <= 2, name


def test_every_line_says_when_what_and_who(demo: Demo) -> None:
    for service, log in (("api", demo.api), ("worker", demo.worker)):
        for line in log:
            assert {"timestamp", "level", "event"} <= set(line), line
            assert line["service"] == service


def test_each_event_of_the_contract_is_there(demo: Demo) -> None:
    assert {line["event"] for line in demo.api} >= API_EVENTS
    assert {line["event"] for line in demo.worker} >= WORKER_EVENTS
    steps = [(line["step"], line["of"], line["name"]) for line in demo.worker if line["event"] == "analysis_step"]
    assert steps == [
        (1, 4, "extracting_pose"),
        (2, 4, "computing_metrics"),
        (3, 4, "generating_findings"),
        (4, 4, "generating_report"),
    ]
    (downloaded,) = [line for line in demo.worker if line["event"] == "video_downloaded"]
    assert downloaded["bytes"] > 100_000
    assert {"bucket", "key"} <= set(downloaded)


def test_one_id_leads_from_the_request_to_the_child(demo: Demo) -> None:
    (sent,) = [line for line in demo.api if line["event"] == "message_sent"]
    (request,) = [line for line in demo.api if line["event"] == "http_request" and line["status"] == 202]
    ids = {name: sent[name] for name in ("request_id", "trace_id", "job_id", "session_id", "message_id")}
    assert {name: request[name] for name in ("request_id", "trace_id")} == {
        name: ids[name] for name in ("request_id", "trace_id")
    }
    assert ids["job_id"] == demo.job["job_id"]
    assert ids["message_id"] == demo.job["sqs_message_id"]
    for event in WORKER_EVENTS - {"message_received"}:
        for line in (line for line in demo.worker if line["event"] == event):
            assert {name: line.get(name) for name in ids} == ids, event


def test_no_secret_stands_in_the_logs(demo: Demo) -> None:
    text = json.dumps([demo.api, demo.worker])
    for secret in ("X-Amz-Signature", "X-Amz-Credential", "eyJ", "postgresql://cricksy:"):
        assert secret not in text


def test_a_worker_killed_in_the_middle_is_survived(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "job.json"
    with subprocess.Popen(
        [*CRICKSY, "demo", "--json", str(out), "--data-dir", str(data)],
        env=os.environ | {"VISIBILITY_TIMEOUT_SECONDS": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        try:
            wait_until(lambda: has_begun(data / "logs" / "worker-1.log"))
            stack = json.loads((data / "stack.json").read_bytes())
            os.kill(stack["pids"]["workers"][0], signal.SIGKILL)
            said, _ = demo.communicate(timeout=2 * PATIENCE_SECONDS)
        finally:
            demo.kill()
    assert demo.returncode == 0, said
    job = json.loads(out.read_bytes())
    assert (job["status"], job["attempts"]) == ("completed", 2)


def has_begun(log: Path) -> bool:
    return log.exists() and b'"analysis_started"' in log.read_bytes()
