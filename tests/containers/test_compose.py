"""``compose.yaml`` with real containers: the same calls, and an API image without the vision libraries."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from testcontainers.compose import DockerCompose

ROOT = Path(__file__).parents[2]
API = "http://127.0.0.1:8000"


def has_docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0 and (
        subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0
    )


pytestmark = [
    pytest.mark.skipif(not has_docker(), reason="needs a running Docker engine with compose"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def compose() -> Generator[DockerCompose]:
    with DockerCompose(ROOT, build=True, wait=True, keep_volumes=False) as stack:
        yield stack


def run(compose: DockerCompose, service: str, *command: str) -> str:
    out, _, code = compose.exec_in_container(list(command), service)
    assert code == 0, out
    return out.strip()


def test_the_api_image_has_no_vision_library(compose: DockerCompose) -> None:
    find = "import importlib.util as u; print([m for m in ('cv2', 'mediapipe', 'av') if u.find_spec(m)])"
    assert run(compose, "api", "python", "-c", find) == "[]"


def test_the_api_image_carries_the_page_and_no_node(compose: DockerCompose) -> None:
    document = httpx.get(f"{API}/").raise_for_status().text
    script = re.search(r'src="(/page/[^"]+\.js)"', document)
    assert script, document
    assert httpx.get(API + script[1]).raise_for_status().content
    assert run(compose, "api", "python", "-c", "import shutil; print(shutil.which('node'))") == "None"


@pytest.mark.parametrize("service", ["api", "worker"])
def test_nobody_is_root(compose: DockerCompose, service: str) -> None:
    assert run(compose, service, "id", "-u") != "0"


def test_a_clip_travels_through_the_containers(compose: DockerCompose) -> None:
    token = run(compose, "api", "cricksy", "token", "--sub", "coach-1")
    clip = ROOT / "src" / "cricksy" / "sample" / "bowling.mp4"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{API}/api/coaches/plus", headers=headers, timeout=30) as coach:
        session = coach.post("/sessions", json={"title": "Nets", "player_ids": []}).raise_for_status().json()
        body = {"session_id": session["session_id"]}
        upload = coach.post("/videos/upload/initiate", json=body).raise_for_status().json()
        httpx.put(
            upload["presigned_url"], content=clip.read_bytes(), headers=upload["required_headers"]
        ).raise_for_status()
        coach.post("/videos/upload/complete", json={"job_id": upload["job_id"]}).raise_for_status()
        job = until_final(coach, upload["job_id"])
    assert job["status"] == "completed", job["error_message"]
    assert job["results"]["report"]["summary"]


def until_final(coach: httpx.Client, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        job: dict[str, Any] = coach.get(f"/analysis-jobs/{job_id}").raise_for_status().json()
        if job["final"]:
            return job
        time.sleep(0.5)
    raise AssertionError("the job did not end")


def test_every_log_line_is_json(compose: DockerCompose) -> None:
    # `docker logs` writes what the container wrote; `compose logs` adds control characters of its own.
    for container in compose.get_containers():
        if container.Service not in {"api", "worker"}:
            continue
        done = subprocess.run(
            ["docker", "logs", str(container.ID)],  # noqa: S607 - found by PATH
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout
        for line in done.stdout.splitlines():
            assert json.loads(line)["service"] == container.Service
