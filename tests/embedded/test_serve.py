import os
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial

import httpx
import psutil
import pytest
from tests.support.processes import CRICKSY
from tests.support.waiting import PATIENCE_SECONDS, wait_until

from cricksy.embedded.process import free_port
from cricksy.embedded.tokens import embedded_settings, make_token

get = partial(httpx.get, timeout=PATIENCE_SECONDS)

SECRET = "s" * 32
SETTINGS = embedded_settings(SECRET)
TOKENS = {"JWT_SECRET": SECRET, "JWT_AUDIENCE": SETTINGS.audience, "JWT_ISSUER": SETTINGS.issuer}


def answers(url: str) -> bool:
    try:
        return get(f"{url}/health/live").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def serving(environment: dict[str, str], port: int) -> Generator["subprocess.Popen[str]"]:
    command = [*CRICKSY, "serve", "--port", str(port)]
    with subprocess.Popen(command, env={**environment, **TOKENS}, stdout=subprocess.PIPE, text=True) as server:
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}"))
            yield server
        finally:
            server.kill()


def test_it_says_that_it_drains_and_ends_what_it_began(service_environment: dict[str, str]) -> None:
    port = free_port()
    body = b'{"title": "Nets", "player_ids": []}'
    head = (
        "POST /api/coaches/plus/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {make_token(SETTINGS, sub='coach')}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    ready = f"http://127.0.0.1:{port}/health/ready"
    with serving(service_environment, port) as server, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(head.encode() + body[:5])
        # The server has read the beginning of the slow request by the time it answers this one.
        assert get(ready).status_code == 200
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: get(ready).json()["status"] == "draining")
        assert get(ready).status_code == 503
        slow.sendall(body[5:])
        assert slow.recv(1000).startswith(b"HTTP/1.1 201 ")
        assert server.wait(PATIENCE_SECONDS) == 0


def test_a_taken_port_is_named(service_environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = subprocess.run(
            [*CRICKSY, "serve", "--port", str(port)],
            env={**os.environ, **service_environment, **TOKENS},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"cricksy: cannot listen on 127.0.0.1:{port}: ")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("end", ["stop", "a child dies", "the parent dies"])
def test_several_processes_answer_and_end_together(service_environment: dict[str, str], end: str) -> None:
    port = free_port()
    with serving({**service_environment, "API_PROCESSES": "2"}, port) as server:
        parent = psutil.Process(server.pid)
        children = parent.children()
        assert len(children) == 2
        assert get(f"http://127.0.0.1:{port}/health/ready").json()["status"] == "ready"
        match end:
            case "stop":
                server.send_signal(signal.SIGTERM)
            case "a child dies":
                children[0].kill()
            case _:
                server.kill()
        code = server.wait(PATIENCE_SECONDS)
        assert code == {"stop": 0, "a child dies": 1, "the parent dies": -signal.SIGKILL}[end]
        assert psutil.wait_procs(children, PATIENCE_SECONDS)[1] == []
        assert not answers(f"http://127.0.0.1:{port}")
