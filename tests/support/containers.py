"""The containers of ``compose.yaml``, as an operator sees them, and a coach's calls to them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx

ROOT: Final = Path(__file__).parents[2]
API: Final = "http://127.0.0.1:8000"
SAMPLE: Final = ROOT / "src" / "cricksy" / "sample" / "bowling.mp4"
KILLED: Final = ("postgres", "aws", "api", "worker")
RECOVERY_SECONDS: Final = 900.0
"""Far more than a sweeper takes to send a lost message again: 340 s with the visibility of these tests."""
VISIBILITY_SECONDS: Final = 20


def docker(*arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        ["docker", *arguments],  # noqa: S607 - found by PATH
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def compose(*arguments: str) -> str:
    return docker("compose", *arguments)


def execute(service: str, *command: str, stdin: str | None = None) -> str:
    return docker("compose", "exec", "-T", service, *command, stdin=stdin)


def ids_of(service: str) -> list[str]:
    return compose("ps", "-q", service).splitlines()


def inspected(name: str) -> dict[str, Any]:
    return json.loads(docker("inspect", name))[0]


def is_healthy(identity: str) -> bool:
    state = inspected(identity)["State"]
    return state["Status"] == "running" and state["Health"]["Status"] == "healthy"


def kill(*services: str) -> None:
    """Kill the first process of each container: to the engine it is a crash, while ``docker kill`` is an order."""
    pids = [inspected(identity)["State"]["Pid"] for service in services for identity in ids_of(service)]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def until(holds: Callable[[], bool], seconds: float = RECOVERY_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, compose("ps", "--all")
        time.sleep(0.5)


def is_ready() -> bool:
    try:
        return httpx.get(f"{API}/health/ready", timeout=10).is_success
    except httpx.TransportError:
        return False


def until_well() -> None:
    """Until each container is healthy and the API is ready."""
    until(lambda: all(is_healthy(identity) for service in KILLED for identity in ids_of(service)) and is_ready())


def token() -> str:
    return execute("api", "cricksy", "token", "--sub", "coach-1")


def coach() -> httpx.Client:
    return httpx.Client(base_url=f"{API}/api/coaches/plus", headers={"Authorization": f"Bearer {token()}"}, timeout=30)


def submit(coach: httpx.Client) -> UUID:
    """The README's walk up to the call that starts the analysis."""
    session = coach.post("/sessions", json={"title": "Nets", "player_ids": []}).raise_for_status().json()
    body = {"session_id": session["session_id"]}
    upload = coach.post("/videos/upload/initiate", json=body).raise_for_status().json()
    httpx.put(
        upload["presigned_url"], content=SAMPLE.read_bytes(), headers=upload["required_headers"], timeout=60
    ).raise_for_status()
    coach.post("/videos/upload/complete", json={"job_id": upload["job_id"]}).raise_for_status()
    return UUID(upload["job_id"])


def until_final(coach: httpx.Client, job_id: UUID) -> dict[str, Any]:
    """The job when it is final, however often the API is away until then."""
    found: dict[str, Any] = {}

    def is_final() -> bool:
        try:
            answer = coach.get(f"/analysis-jobs/{job_id}")
        except httpx.TransportError:
            return False
        if answer.is_success:
            found.update(answer.json())
        return bool(found.get("final"))

    until(is_final)
    return found
