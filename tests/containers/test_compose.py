"""``compose.yaml`` with real containers: the README's calls, what no container may do, and what no crash loses."""

import json
import os
import re
from typing import Any

import httpx
import pytest
from tests.support.containers import (
    API,
    KILLED,
    ROOT,
    coach,
    compose,
    docker,
    execute,
    ids_of,
    inspected,
    is_healthy,
    kill,
    submit,
    until,
    until_final,
    until_well,
)

pytestmark = [pytest.mark.usefixtures("stack"), pytest.mark.timeout(1800)]

SUPPORT = ROOT / "tests" / "support"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may kill a container's process")


def completed(job: dict[str, Any]) -> None:
    assert job["status"] == "completed", job["error_message"]
    assert job["results"]["report"]["summary"]


def test_the_page_is_there() -> None:
    document = httpx.get(f"{API}/").raise_for_status().text
    script = re.search(r'src="(/page/[^"]+\.js)"', document)
    assert script, document
    assert httpx.get(API + script[1]).raise_for_status().content


def test_a_clip_travels_through_the_containers() -> None:
    with coach() as client:
        completed(until_final(client, submit(client)))


@pytest.mark.parametrize("role", ["api", "worker"])
def test_a_check_finds_nothing_wrong(role: str) -> None:
    outcomes = [json.loads(line) for line in execute(role, "cricksy", "check", "--role", role).splitlines()]
    assert outcomes
    assert [outcome for outcome in outcomes if outcome["status"] == "failed"] == []


@pytest.mark.parametrize("service", ["api", "worker", "aws", "postgres"])
def test_no_process_has_a_capability_or_writes_to_its_root(service: str) -> None:
    status = execute(service, "cat", "/proc/1/status")
    fields = dict(re.findall(r"^(\w+):\s+(\S+)", status, re.MULTILINE))
    assert (int(fields["CapEff"], 16), int(fields["CapPrm"], 16), fields["NoNewPrivs"]) == (0, 0, "1")
    assert execute(service, "sh", "-c", "touch /file 2>&1 || true").endswith("Read-only file system")


@pytest.mark.parametrize("service", ["api", "worker", "aws", "postgres"])
def test_each_container_is_bounded(service: str) -> None:
    host = inspected(ids_of(service)[0])["HostConfig"]
    assert 0 < host["Memory"] <= 3 << 30
    assert 0 < host["PidsLimit"] <= 200
    assert host["NanoCpus"] == 1_000_000_000
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "5"}}


@pytest.mark.parametrize("service", ["api", "worker"])
def test_ours_are_nobody(service: str) -> None:
    assert execute(service, "id", "-u") == "10001"


@pytest.mark.parametrize(
    ("service", "files"),
    [
        ("api", {"aws_credentials", "database_password", "jwt_secret"}),
        ("worker", {"aws_credentials", "database_password"}),
        ("aws", {"aws_credentials"}),
        ("postgres", {"database_password"}),
    ],
)
def test_each_has_the_secrets_that_it_needs_and_none_in_its_environment(service: str, files: set[str]) -> None:
    assert set(execute(service, "ls", "/run/secrets").split()) == files
    environment = "\n".join(inspected(ids_of(service)[0])["Config"]["Env"])
    secrets = [file.read_text() for file in (ROOT / "deploy/local-secrets").iterdir() if file.suffix != ".md"]
    for secret in (line.rpartition("= ")[2] for text in secrets for line in text.splitlines() if "[" not in line):
        assert f"={secret}" not in environment
        assert f":{secret}@" not in environment


def test_a_child_of_the_worker_may_do_nothing_but_its_work() -> None:
    # The root is read-only: what the test brings lies where the worker's videos do.
    place = execute("worker", "mktemp", "--directory")
    for name in ("sandbox_driver.py", "forbidden_program.py"):
        execute("worker", "sh", "-c", f"cat > {place}/{name}", stdin=(SUPPORT / name).read_text())
    # Not below the program, whose folder Python reads.
    apart = execute("worker", "mktemp", "--directory")
    printed = execute("worker", "python", f"{place}/sandbox_driver.py", f"{place}/forbidden_program.py", apart)
    tried: dict[str, str] = json.loads(printed.splitlines()[-1])
    may = {name for name in tried if name.startswith("may: ")}
    # Without Landlock, which the kernel may lack, reading a file of one's own user is no crime.
    files = {name for name in tried if name.startswith("files: ")}
    assert {name for name in may if tried[name] != "done"} == set()
    assert {name for name in set(tried) - may - files if tried[name] == "done"} == set()


def test_four_workers_share_the_work() -> None:
    before = len(ids_of("worker"))
    compose("up", "--detach", "--wait", "--no-recreate", "--scale", "worker=4")
    assert len(ids_of("worker")) == 4
    until(lambda: httpx.get(f"{API}/health/queue", timeout=10).json()["workers"] == 4)
    with coach() as client:
        jobs = [submit(client) for _ in range(5)]
        for job_id in jobs:
            completed(until_final(client, job_id))
    compose("up", "--detach", "--wait", "--no-recreate", "--scale", f"worker={before}")


@needs_root
@pytest.mark.parametrize("services", [*[(service,) for service in KILLED], KILLED], ids="+".join)
def test_no_crash_loses_a_job_or_needs_a_hand(services: tuple[str, ...]) -> None:
    with coach() as client:
        job_id = submit(client)
        kill(*services)
        until_well()
        completed(until_final(client, job_id))
        completed(until_final(client, submit(client)))
    # The rules that let a page upload are there again too.
    until(lambda: preflight().is_success)


def preflight() -> httpx.Response:
    headers = {"Origin": "https://coach.example", "Access-Control-Request-Method": "PUT"}
    return httpx.options("http://127.0.0.1:4566/cricksy-videos/key", headers=headers, timeout=10)


@needs_root
def test_a_message_that_the_emulator_loses_is_sent_again() -> None:
    # Nobody receives it before it is lost.
    compose("stop", "worker")
    with coach() as client:
        job_id = submit(client)
        kill("aws")
        until(lambda: is_healthy(ids_of("aws")[0]))
        compose("start", "worker")
        until_well()
        completed(until_final(client, job_id))


def test_every_line_of_every_process_is_json() -> None:
    # `docker logs` writes what the container wrote; `compose logs` adds control characters of its own.
    for service in ("api", "worker"):
        for identity in ids_of(service):
            lines = docker("logs", identity).splitlines()
            assert lines
            assert {json.loads(line)["service"] for line in lines} == {service}
