import shutil
import subprocess
from collections.abc import Iterator

import pytest
from testcontainers.compose import DockerCompose
from tests.support.containers import ROOT, VISIBILITY_SECONDS


def has_docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0 and (
        subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture(scope="session")
def engine() -> None:
    if not has_docker():
        pytest.skip("needs a running Docker engine with compose")


@pytest.fixture(scope="session")
def stack(engine: None) -> Iterator[None]:  # noqa: ARG001 - it skips
    """The system in containers, for all tests; each leaves it well."""
    with pytest.MonkeyPatch.context() as patch:
        # A killed worker's job is taken over, and a lost message sent again, as soon as a test can wait for.
        patch.setenv("VISIBILITY_TIMEOUT_SECONDS", str(VISIBILITY_SECONDS))
        with DockerCompose(ROOT, build=True, wait=True, keep_volumes=False):
            yield
