from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.stack import Up, start_stack


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack that the tests of a module share; each leaves it running."""
    up = start_stack(tmp_path_factory.mktemp("stack") / "data")
    yield up
    up.stop()


@pytest.fixture
def new_stack(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    """Starts a stack in the test's own directory, again and again; the last is ended with the test."""
    started: list[Up] = []

    def start() -> Up:
        started.append(start_stack(tmp_path / "data"))
        return started[-1]

    yield start
    for up in started:
        up.process.kill()
        up.process.wait()
