"""How many examples Hypothesis draws for a test that is dear."""

from hypothesis import settings


def at_most(examples: int) -> settings:
    """So many, or as few as the profile says: ``make test-quick`` asks for fewer."""
    return settings(max_examples=min(examples, settings().max_examples))
