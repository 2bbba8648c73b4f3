from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel import request_ids

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
VALID = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def test_a_trace_goes_on_with_this_hop_as_the_parent_of_the_next() -> None:
    passed_on = request_ids.continue_trace(f"00-{TRACE}-{PARENT}-00")
    assert passed_on.startswith(f"00-{TRACE}-")
    assert passed_on.endswith("-00")
    assert PARENT not in passed_on


def test_a_trace_context_of_a_later_version_is_read_by_its_first_four_fields() -> None:
    assert request_ids.continue_trace(f"cc-{TRACE}-{PARENT}-01-what-will-be").startswith(f"00-{TRACE}-")


@pytest.mark.parametrize(
    "broken",
    [
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-extra",
        f"00-{TRACE.upper()}-{PARENT}-01",
    ],
)
def test_a_broken_trace_context_is_replaced_not_passed_on(broken: str) -> None:
    assert TRACE not in request_ids.continue_trace(broken).lower()


@given(st.none() | st.text())
@example(f"00-{TRACE}-{PARENT}-01\n")
def test_whatever_comes_a_valid_context_goes_on(header: str | None) -> None:
    assert VALID.fullmatch(request_ids.continue_trace(header))


@given(st.text())
def test_only_a_request_id_that_is_safe_in_a_log_is_taken_over(sent: str) -> None:
    request_ids.begin(sent, None)
    taken = request_ids.current_request_id()
    assert taken is not None
    assert re.fullmatch(r"[A-Za-z0-9._:/=+-]{1,100}", taken)
    assert taken == sent or not re.fullmatch(r"[A-Za-z0-9._:/=+-]{1,100}", sent)
