"""Asking for history again, and the mark that says "from here on, all of it".

A consumer whose next record is no longer in the broker's log asks the producing service, by an event, to publish the
partition again from that offset. The relay puts a marker record into the partition and publishes everything from
there up to the present, in the original order. The consumer drops what it meets before its own marker, so the order
of each key is kept, and its inbox drops what it had applied before.
"""

from __future__ import annotations

from typing import NamedTuple

from contracts.registry import topic_of
from contracts.replays import MARKER_TYPE
from contracts.replays import ReplayRequested as ReplayRequested
from kernel.envelope import Headers


def control_topic(locality: str) -> str:
    """The topic of replay requests, which every worker reads."""
    return topic_of(locality, ReplayRequested.service())


class Marker(NamedTuple):
    """A record that frames history published again."""

    request_id: str
    covered: bool
    """Whether all that was asked for follows."""
    finished: bool
    """False for the marker in front of the history, True for the one behind it."""


def marker_headers(marker: Marker) -> Headers:
    """The headers of a marker record."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", marker.request_id.encode()),
        ("ce_source", b"/relay"),
        ("ce_type", MARKER_TYPE.encode()),
        ("covered", b"true" if marker.covered else b"false"),
        ("finished", b"true" if marker.finished else b"false"),
    ]


def read_marker(headers: Headers) -> Marker | None:
    """The marker whose headers these are; None for any other record."""
    values = dict(headers)
    if values.get("ce_type") != MARKER_TYPE.encode():
        return None
    request_id = values.get("ce_id", b"").decode(errors="replace")
    return Marker(request_id, values.get("covered") == b"true", values.get("finished") == b"true")
