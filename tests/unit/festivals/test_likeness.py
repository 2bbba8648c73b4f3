"""GA4: of 450 labelled English and French pairs, those that are one event are found, and few others.

The weights in ``domain/likeness.py`` were set on the 300 ``tuning`` pairs alone. The 150 ``held-out`` ones have other
events, titles and places; they were written after the rules and no weight was changed since they were first measured
(precision 0.986, recall 0.933). Both parts have to meet what the row asks for.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.festivals.domain import meeting
from services.festivals.domain.likeness import Listed, likeness, link, named
from services.festivals.domain.timings import Timing
from tests.support import labelled_pairs

PAIRS = json.loads(labelled_pairs.FILE.read_text(encoding="utf-8"))
ZONE = {"newhaven": "Europe/London", "dieppe": "Europe/Paris"}


def listed(row: dict[str, Any]) -> Listed:
    return Listed(
        title=named(row["title"]),
        town=row["town"],
        timings=tuple((datetime.fromisoformat(one), datetime.fromisoformat(other)) for one, other in row["timings"]),
        place=named(row["place"]),
        kind=row["kind"],
        point=tuple(row["point"]) if row["point"] else None,
        links=frozenset(filter(None, [link(row["website"])])),
        who=row["who"],
        their_id=row["their_id"],
    )


def keys(row: dict[str, Any]) -> list[str]:
    one = listed(row)
    timings = [Timing("t", starts, ends, ZONE[row["town"]]) for starts, ends in one.timings]
    return meeting.kept(timings, one.town, row["place"], one.point, row["website"])


def found(pair: dict[str, Any]) -> bool:
    """Whether the whole finder finds the pair: by an index and then by its likeness."""
    one, other = pair["one"], pair["other"]
    return bool(set(meeting.asked(keys(one))) & set(keys(other))) and likeness(listed(one), listed(other)).flagged


def measured(pairs: list[dict[str, Any]]) -> tuple[float, float]:
    flagged = [pair["same"] for pair in pairs if found(pair)]
    return sum(flagged) / len(flagged), sum(flagged) / sum(pair["same"] for pair in pairs)


def test_the_labelled_pairs_are_what_their_rules_make() -> None:
    assert labelled_pairs.FILE.read_text(encoding="utf-8") == labelled_pairs.text()
    counted = {part: [pair["same"] for pair in PAIRS if pair["part"] == part] for part in ("tuning", "held-out")}
    assert {part: (len(same), sum(same)) for part, same in counted.items()} == {
        "tuning": (300, 150), "held-out": (150, 75),
    }  # fmt: skip


def test_the_parts_have_no_title_or_place_in_common() -> None:
    assert not _texts("tuning") & _texts("held-out")


def _texts(part: str) -> set[str]:
    rows = [pair[side] for pair in PAIRS if pair["part"] == part for side in ("one", "other")]
    return {text for row in rows for name in ("title", "place") for text in row[name].values()}


@pytest.mark.parametrize("part", ["tuning", "held-out"])
def test_ga4_precision_and_recall(part: str) -> None:
    precision, recall = measured([pair for pair in PAIRS if pair["part"] == part])
    assert precision >= 0.95, precision
    assert recall >= 0.85, recall


@given(st.sampled_from(PAIRS))
@settings(max_examples=60, deadline=None)
def test_likeness_does_not_depend_on_which_of_the_two_is_asked_about(pair: dict[str, Any]) -> None:
    one, other = listed(pair["one"]), listed(pair["other"])
    assert likeness(one, other) == likeness(other, one)
    assert bool(set(meeting.asked(keys(pair["one"]))) & set(keys(pair["other"]))) == bool(
        set(meeting.asked(keys(pair["other"]))) & set(keys(pair["one"]))
    )


def test_what_speaks_for_it_is_told() -> None:
    pair = next(pair for pair in PAIRS if pair["rule"] == "linked")
    assert "link" in likeness(listed(pair["one"]), listed(pair["other"])).reasons
    pair = next(pair for pair in PAIRS if pair["rule"] == "across")
    assert likeness(listed(pair["one"]), listed(pair["other"])).reasons == ("title", "time", "place")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/fair/", "http://example.org/fair?utm_source=x", True),
        ("https://example.org/", "https://example.org", False),
        ("https://example.org/?id=1", "https://example.org/?id=2", False),
        (None, None, False),
    ],
)
def test_a_page_is_the_same_however_it_is_written_and_a_front_page_says_nothing(
    one: str | None, other: str | None, same: bool
) -> None:
    assert (link(one) == link(other) and link(one) is not None) is same


def test_one_contributors_two_ids_are_two_events() -> None:
    pair = next(pair for pair in PAIRS if pair["rule"] == "translated" and found(pair))
    theirs = [{**pair[side], "who": "one", "their_id": side} for side in ("one", "other")]
    assert likeness(*map(listed, theirs)).bits == likeness(listed(pair["one"]), listed(pair["other"])).bits - 3


def test_most_titles_are_found_across_two_languages() -> None:
    """By the glossary: without it, nearly none of those that are in English here and in French there."""
    translated = [found(pair) for pair in PAIRS if pair["rule"] == "translated"]
    assert sum(translated) / len(translated) >= 0.7, (sum(translated), len(translated))
