"""A2: every action in every standing an event can be in."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict
from services.festivals.domain.lifecycle import SAYABLE, STATES, STATUSES, TRANSITIONS, after, status_of

ALLOWED = {
    ("publish", "draft"): "published",
    ("publish", "withdrawn"): "published",
    ("withdraw", "published"): "withdrawn",
    ("cancel", "published"): "published",
    ("withdraw", "proposed"): "withdrawn",
    ("propose", "draft"): "proposed",
    ("propose", "withdrawn"): "proposed",
    ("propose", "refused"): "proposed",
    ("accept", "proposed"): "published",
    ("refuse", "proposed"): "refused",
    ("change", "proposed"): "proposed",
    ("change", "refused"): "refused",
    ("change", "draft"): "draft",
    ("change", "published"): "published",
    ("change", "withdrawn"): "withdrawn",
}


@pytest.mark.parametrize(("action", "state", "status"), list(product(TRANSITIONS, STATES, STATUSES)))
def test_an_action_leads_on_or_is_refused_with_what_to_do_instead(action, state, status):
    if status == "cancelled" or (action, state) not in ALLOWED:
        with pytest.raises(Conflict) as refused:
            after(action, state, status)
        assert len(refused.value.detail) > 20
    else:
        assert after(action, state, status) == ALLOWED[action, state]


@pytest.mark.parametrize(
    ("cancelled", "disrupted", "status"),
    [
        (False, False, "scheduled"),
        (False, True, "disrupted"),
        (True, False, "cancelled"),
        (True, True, "cancelled"),
    ],
)
def test_a_cancellation_outranks_a_disruption(cancelled, disrupted, status):
    assert status_of(cancelled=cancelled, disrupted=disrupted) == status


@given(cancelled=st.booleans(), disrupted=st.booleans(), said=st.sampled_from(SAYABLE))
def test_a4_full_is_said_only_where_nothing_else_is(cancelled, disrupted, said):
    before = status_of(cancelled=cancelled, disrupted=disrupted, said=said)
    after = status_of(cancelled=cancelled, disrupted=disrupted, said=said, full=True)
    assert after == ("full" if before == "scheduled" else before)
