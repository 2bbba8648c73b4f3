"""What any service may say about the events themselves: that it needs some of them again."""

from __future__ import annotations

from contracts.base import Count, Event, Identifier, Instant

MARKER_TYPE = "replays.replay.started.v1"
"""Type of the mark that a producing service sets in a partition: from here on follow, in their first order, the events
from the requested offset to the present. Its id is the request's; whoever has not asked passes it over."""


class ReplayRequested(Event, frozen=True, kw_only=True):
    """A consumer needs ``partition`` of ``replay_topic`` again, from ``from_offset`` on."""

    TYPE = "replays.replay.requested.v1"
    KEY = "replay_topic"

    request_id: Identifier
    replay_topic: Identifier
    partition: Count
    from_offset: Count
    group: Identifier
    """The consumer group that asks, ``<locality>.<service>``."""
    asked_at: Instant
