"""Promise 15: the inbox remembers an event for longer than any duplicate of it can still arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.config import Settings
from kernel.inbox import MAX_REDRIVE_AGE, check_retention
from tests.support.services import settings_for

DAYS = st.integers(min_value=0, max_value=400).map(lambda days: timedelta(days=days))
SETTINGS: Settings = settings_for("mongodb://127.0.0.1:1/")


@given(topic=DAYS, outbox=DAYS, inbox=DAYS)
def test_a_configuration_in_which_a_duplicate_outlives_its_claim_is_refused(
    topic: timedelta, outbox: timedelta, inbox: timedelta
) -> None:
    settings = replace(SETTINGS, topic_retention=topic, outbox_retention=outbox, inbox_retention=inbox)
    latest_duplicate = max(topic, outbox) + MAX_REDRIVE_AGE
    if inbox > latest_duplicate:
        check_retention(settings)
    else:
        with pytest.raises(ValueError, match="INBOX_RETENTION_DAYS"):
            check_retention(settings)


def test_the_defaults_are_sound() -> None:
    check_retention(SETTINGS)
