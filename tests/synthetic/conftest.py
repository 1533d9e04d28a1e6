from collections.abc import Mapping

import pytest

from synthetic.body import Body, load_body
from synthetic.film import Film, stage
from synthetic.kit import Kit
from synthetic.truth import Truth, measure


@pytest.fixture(scope="session")
def body() -> Body:
    return load_body(Kit())


@pytest.fixture(scope="session")
def film() -> Film:
    """The film of the committed sample."""
    return stage()


@pytest.fixture(scope="session")
def truth(film: Film) -> Truth:
    return measure(film)


@pytest.fixture(scope="session")
def events(film: Film) -> Mapping[str, float]:
    """Seconds of each event of the sample."""
    return film.performance.action.events(film.performance)
