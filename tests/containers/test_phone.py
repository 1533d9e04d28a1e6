"""A phone in the same network: a client in another network namespace, which reaches this machine by one address."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from tests.support.containers import ROOT, SAMPLE, coach, compose, token, until_final, until_well

pytestmark = [
    pytest.mark.usefixtures("stack"),
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and ip for a namespace"),
]

PHONE: Final = "cricksy-phone"
# RFC 2544's network for tests: nobody's real one.
MACHINE, CLIENT = "198.18.77.1", "198.18.77.2"
PROGRAM: Final = ROOT / "tests" / "support" / "phone_program.py"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)  # noqa: S607 - found by PATH


InPhone = Callable[..., str]


@pytest.fixture
def phone() -> Iterator[InPhone]:
    """Runs Python in a network namespace that a pair of virtual cables connects with this machine."""
    ip("netns", "add", PHONE)
    try:
        ip("link", "add", "cricksy0", "type", "veth", "peer", "name", "eth0", "netns", PHONE)
        ip("address", "add", f"{MACHINE}/24", "dev", "cricksy0")
        ip("link", "set", "cricksy0", "up")
        ip("-n", PHONE, "address", "add", f"{CLIENT}/24", "dev", "eth0")
        ip("-n", PHONE, "link", "set", "eth0", "up")

        def run(*arguments: str) -> str:
            command = ["ip", "netns", "exec", PHONE, sys.executable, *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run
    finally:
        # Its end of the cables goes with it, and so does ours.
        ip("netns", "delete", PHONE)


@pytest.fixture
def open_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same stack, for the network; closed again afterwards."""
    with monkeypatch.context() as patch:
        patch.setenv("BIND_ADDRESS", "0.0.0.0")  # noqa: S104 - that is what is tried
        patch.setenv("S3_PUBLIC_ENDPOINT_URL", f"http://{MACHINE}:4566")
        compose("up", "--detach", "--wait")
        until_well()
        yield
    compose("up", "--detach", "--wait")
    until_well()


@pytest.mark.usefixtures("open_stack")
def test_a_phone_uploads_by_the_public_address(phone: InPhone) -> None:
    said = json.loads(phone(str(PROGRAM), f"http://{MACHINE}:8000", token(), str(SAMPLE)))
    assert said["host"] == MACHINE
    with coach() as client:
        job = until_final(client, said["job_id"])
    assert job["status"] == "completed", job["error_message"]
