"""Events of the festivals service: festivals and the individually curated events in them."""

from __future__ import annotations

from contracts.base import Event, Identifier, Instant, LocalDate, Point, Text, Value, Zone


class FestivalAnnounced(Event, frozen=True, kw_only=True):
    """A festival is public, or its announcement changed."""

    TYPE = "festivals.festival.announced.v1"
    KEY = "festival_id"

    festival_id: Identifier
    kind: str
    """``cultural``, ``ecological`` or ``cross-channel``."""
    name: Text
    summary: Text
    towns: list[Identifier]
    first_day: LocalDate
    last_day: LocalDate
    synthetic: bool = False


class Timing(Value, frozen=True, kw_only=True):
    """One occurrence of an event, with the zone people read it in; ``ends_at`` is later than ``starts_at``."""

    starts_at: Instant
    ends_at: Instant
    zone: Zone


class Where(Value, frozen=True, kw_only=True):
    """Where an event takes place."""

    name: Text
    town: Identifier
    address: str | None = None
    point: Point | None = None


class EventPublished(Event, frozen=True, kw_only=True):
    """A curator made an event public, or changed a public one: carries the whole event."""

    TYPE = "festivals.event.published.v1"
    KEY = "event_id"

    event_id: Identifier
    festival_id: Identifier
    curator_id: Identifier
    title: Text
    summary: Text
    town: Identifier
    where: Where
    timings: list[Timing]
    kind: str
    """schema.org type name of the event, e.g. ``MusicEvent``, ``ScreeningEvent``, ``ExhibitionEvent``."""
    keywords: list[str] = []
    """All of them, whatever their language."""
    sailing_ids: list[Identifier] = []
    """Sailings this event depends on."""
    status: str = "scheduled"
    """``scheduled``, ``rescheduled``, ``moved-online``, ``postponed``, ``full``, ``disrupted`` (a sailing it depends on
    is cancelled) or ``cancelled``."""
    synthetic: bool = False
    source: str | None = None
    """Where the facts of this listing were published."""
    also_in: list[Identifier] = []
    """Other festivals in whose programmes it is listed."""
    keywords_by_language: dict[str, list[str]] = {}
    """The keywords of each language; empty where they do not say theirs."""


class EventWithdrawn(Event, frozen=True, kw_only=True):
    """Its curator took an event back out of the programme."""

    TYPE = "festivals.event.withdrawn.v1"
    KEY = "event_id"

    event_id: Identifier
    festival_id: Identifier
    withdrawn_at: Instant


class EventCancelled(Event, frozen=True, kw_only=True):
    """An event will not take place; it stays listed as cancelled."""

    TYPE = "festivals.event.cancelled.v1"
    KEY = "event_id"

    event_id: Identifier
    festival_id: Identifier
    cancelled_at: Instant
    reason: Text


class EventDisrupted(Event, frozen=True, kw_only=True):
    """A sailing that an event depends on was cancelled."""

    TYPE = "festivals.event.disrupted.v1"
    KEY = "event_id"

    event_id: Identifier
    festival_id: Identifier
    sailing_id: Identifier
    reason: Text
