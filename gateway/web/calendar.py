"""The calendar entry of one event, taken from the feed of its festival, so that both are one and the same entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from icalendar import Calendar

CONTENT_TYPE = "text/calendar; charset=utf-8"

OF_THE_FEED = ("name", "x-wr-calname", "description", "refresh-interval", "x-published-ttl", "comment")
"""What says something about the whole feed."""


def only_event(feed: bytes, event_id: str, timings: Iterable[Mapping[str, Any]]) -> bytes:
    """A feed cut down to the occurrences of one event.

    Their UIDs are ``<event>-<timing>@<locality>``, or ``<event>-series@<locality>`` where a rule makes them.

    Raises ``ValueError`` for what is no iCalendar (RFC 5545).
    """
    mine = {f"{event_id}-{timing['id']}" for timing in timings} | {f"{event_id}-series"}
    calendar = Calendar.from_ical(feed.decode())
    for name in OF_THE_FEED:
        calendar.pop(name, None)
    calendar.subcomponents = [
        part
        for part in calendar.subcomponents
        if part.name != "VEVENT" or str(part.get("uid", "")).rpartition("@")[0] in mine
    ]
    return bytes(calendar.to_ical())
