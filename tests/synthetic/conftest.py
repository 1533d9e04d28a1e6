from collections.abc import Mapping

import pytest
from tools.synthetic.body import Body, load_body
from tools.synthetic.kit import Kit
from tools.synthetic.performance import Performance
from tools.synthetic.player import standard
from tools.synthetic.render import Take, stage
from tools.synthetic.truth import Truth, record


@pytest.fixture(scope="session")
def body() -> Body:
    return load_body(Kit())


@pytest.fixture(scope="session")
def bowler() -> Performance:
    """Who bowls in the committed sample."""
    return standard("bowling")


@pytest.fixture(scope="session")
def take(bowler: Performance) -> Take:
    """The committed sample."""
    return stage(bowler)


@pytest.fixture(scope="session")
def truth(take: Take) -> Truth:
    return record(take)


@pytest.fixture(scope="session")
def events(bowler: Performance) -> Mapping[str, float]:
    """Seconds of each event of the sample."""
    return bowler.events()
