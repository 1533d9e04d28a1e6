import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiobotocore.session import get_session
from tests.support.processes import CRICKSY, is_alive
from tests.support.stack import Up, children_of
from tests.support.waiting import PATIENCE_SECONDS, wait_until

from cricksy.embedded.directory import DataDirectory
from cricksy.embedded.stack import StackFile

get, post = (partial(call, timeout=PATIENCE_SECONDS) for call in (httpx.get, httpx.post))

SESSIONS = "/api/coaches/plus/sessions"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CRICKSY, *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def client_of(service: str, stack: StackFile, directory: Path) -> Any:
    """A client with the keys of this stack, not with those of the emulator that other tests share."""
    identity = DataDirectory(directory).read_identity()
    session: Any = get_session()
    return session.create_client(
        service,
        region_name="us-east-1",
        endpoint_url=stack.aws_endpoint_url,
        aws_access_key_id=identity.aws_access_key_id,
        aws_secret_access_key=identity.aws_secret_access_key,
    )


def authorised(stack: StackFile) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token}"}


def is_ready(stack: StackFile) -> bool:
    try:
        return get(f"{stack.api_url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_stack_that_is_announced_is_ready(up: Up) -> None:
    stack = up.stack()
    assert is_ready(stack)
    assert get(f"{stack.api_url}/health/queue").json()["workers"] == 1
    assert all(is_alive(pid) for pid in children_of(stack.pids))


def test_its_files_are_for_the_owner_only(up: Up) -> None:
    files = [up.directory / name for name in ("stack.json", "secrets.json")]
    assert {file.stat().st_mode & 0o777 for file in [*files, up.directory]} == {0o600, 0o700}


def test_its_token_opens_the_api(up: Up) -> None:
    stack = up.stack()
    answer = post(
        f"{stack.api_url}{SESSIONS}",
        json={"title": "Nets", "player_ids": []},
        headers=authorised(stack),
    )
    assert answer.status_code == 201


def test_a_check_finds_nothing_wrong_with_it(up: Up) -> None:
    checked = run("check", "--data-dir", str(up.directory))
    outcomes = [json.loads(line) for line in checked.stdout.splitlines()]
    wrong = [outcome for outcome in outcomes if outcome["status"] != "ok"]
    assert (checked.returncode, wrong) == (0, [])
    assert len(outcomes) == 18
    *lines, summary = checked.stderr.splitlines()
    assert (len(lines), summary) == (18, "18 ok.")


def test_a_token_of_another_coach_opens_the_api_too(up: Up) -> None:
    stack = up.stack()
    printed = run("token", "--sub", "coach-2", "--org", "club", "--data-dir", str(up.directory))
    answer = post(
        f"{stack.api_url}{SESSIONS}",
        json={"title": "Nets", "player_ids": []},
        headers={"Authorization": f"Bearer {printed.stdout.strip()}"},
    )
    assert answer.status_code == 201


def test_a_token_without_the_entitlement_does_not(up: Up) -> None:
    printed = run("token", "--sub", "coach-2", "--plan", "basic", "--data-dir", str(up.directory))
    stack = up.stack()
    answer = post(
        f"{stack.api_url}{SESSIONS}",
        json={"title": "Nets", "player_ids": []},
        headers={"Authorization": f"Bearer {printed.stdout.strip()}"},
    )
    assert answer.status_code == 403


def test_a_second_stack_in_the_same_directory_is_refused(up: Up) -> None:
    before = up.stack()
    refused = run("up", "--data-dir", str(up.directory), "--port", "0")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "already running" in refused.stderr
    assert up.stack() == before


@pytest.mark.parametrize("child", ["postgres", "aws", "api", "worker"])
def test_a_child_that_is_killed_is_started_again(up: Up, child: str) -> None:
    def pid() -> int:
        pids = up.stack().pids
        return {"postgres": pids.postgres, "aws": pids.aws, "api": pids.api, "worker": pids.workers[0]}[child]

    wait_until(lambda: is_ready(up.stack()))
    killed = pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: pid() != killed)
    wait_until(lambda: is_ready(up.stack()))
    assert is_alive(pid())


def test_what_is_killed_leaves_nothing_running_and_loses_no_data(new_stack: Callable[[], Up]) -> None:
    up = new_stack()
    stack = up.stack()
    session = post(
        f"{stack.api_url}{SESSIONS}",
        json={"title": "Nets", "player_ids": []},
        headers=authorised(stack),
    ).json()

    up.process.kill()
    up.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in children_of(stack.pids)))

    again = new_stack().stack()
    answer = get(f"{again.api_url}{SESSIONS}/{session['session_id']}", headers=authorised(again))
    assert answer.json()["title"] == "Nets"


async def test_objects_and_messages_survive_a_clean_stop(new_stack: Callable[[], Up], tmp_path: Path) -> None:
    others = tmp_path / "data" / "notes.txt"
    others.parent.mkdir()
    others.write_text("mine")
    up = new_stack()
    stack = up.stack()
    async with client_of("s3", stack, up.directory) as s3, client_of("sqs", stack, up.directory) as sqs:
        await s3.put_object(Bucket=stack.s3_bucket, Key="a/video", Body=b"film")
        # From the other queue the worker would take it.
        await sqs.send_message(QueueUrl=stack.dlq_url, MessageBody="kept")

    assert up.stop() == 0
    assert others.read_text() == "mine"
    assert not (up.directory / "stack.json").exists()
    assert not any(is_alive(pid) for pid in children_of(stack.pids))

    stack = new_stack().stack()
    async with client_of("s3", stack, up.directory) as s3, client_of("sqs", stack, up.directory) as sqs:
        kept = await s3.get_object(Bucket=stack.s3_bucket, Key="a/video")
        assert await kept["Body"].read() == b"film"
        received = await sqs.receive_message(QueueUrl=stack.dlq_url)
        assert [message["Body"] for message in received["Messages"]] == ["kept"]


def test_a_taken_port_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run("up", "--data-dir", str(tmp_path / "data"), "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr == f"cricksy: port {port} is in use: choose another with --port\n"
    assert not (tmp_path / "data").exists()


def test_settings_of_the_caller_reach_the_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_VIDEO_BYTES", "many")
    refused = run("up", "--data-dir", str(tmp_path / "data"), "--port", "0")
    assert (refused.returncode, refused.stderr) == (1, "cricksy: MAX_VIDEO_BYTES is not a number\n")
