import pytest
from hypothesis import given
from hypothesis import strategies as st

from cricksy.tracing import new_trace_id, trace_id_of, traceparent_of


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32).filter(lambda trace: set(trace) != {"0"}))
def test_a_trace_id_survives_the_way(trace_id: str) -> None:
    assert trace_id_of(traceparent_of(trace_id)) == trace_id


def test_new_ones_differ() -> None:
    assert len({new_trace_id() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
    ],
)
def test_a_malformed_header_is_none(header: str | None) -> None:
    assert trace_id_of(header) is None
