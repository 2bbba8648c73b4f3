"""B7: how full a ship will be, and the line that people read, in English and French."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.visitor.domain.board import fullness, percent_full, says

NOON = datetime(2018, 8, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passengers", "capacity", "percent", "word"),
    [
        (0, 600, 0, "quiet"),
        (209, 600, 35, "fair"),
        (420, 600, 70, "busy"),
        (570, 600, 95, "full"),
        (700, 600, 100, "full"),
        (None, 600, None, "unknown"),
        (300, None, None, "unknown"),
    ],
)
def test_how_full(passengers, capacity, percent, word):
    assert percent_full(passengers, capacity) == percent
    assert fullness(percent) == word


def test_the_line_says_what_runs_when_and_how_full():
    line = says(cancelled=False, planned=NOON, expected=NOON.replace(hour=13, minute=5), how_full="busy")
    assert line["en"] == "Expected at 13:05. Busy: be early for a seat."
    assert line["fr"] == "Attendue à 13 h 05. Très fréquenté : venez tôt pour être assis."
    late = says(cancelled=False, planned=NOON, expected=NOON.replace(day=20, hour=1), how_full="unknown")
    assert late == {"en": "Expected at 01:00 the next day.", "fr": "Attendue à 01 h 00 le lendemain."}
    assert says(cancelled=True, planned=NOON, expected=None, how_full="unknown")["fr"] == "Annulée."
    assert says(cancelled=False, planned=NOON, expected=None, how_full="unknown")["en"] == "On time."
