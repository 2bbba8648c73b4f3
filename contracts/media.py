"""Events of the media service: subjects proposed for films, titles, their releases and placements."""

from __future__ import annotations

from contracts.base import Count, Event, Identifier, Instant, LocalDate, Quantity, Text


class SubjectProposed(Event, frozen=True, kw_only=True):
    """Something happening in a town was put forward as a subject for a film."""

    TYPE = "media.subject.proposed.v1"
    KEY = "subject_id"

    subject_id: Identifier
    about_kind: str
    """What it is about: ``event``, ``maker`` or ``place``."""
    about_id: Identifier
    town: Identifier
    title: Text
    proposed_at: Instant


class TitlePublished(Event, frozen=True, kw_only=True):
    """A film, a series or an episode is public, or its listing changed: carries the whole listing."""

    TYPE = "media.title.published.v1"
    KEY = "title_id"

    title_id: Identifier
    kind: str
    """``film``, ``series`` or ``episode``."""
    name: Text
    summary: Text
    towns: list[Identifier]
    published_on: LocalDate
    runtime_minutes: Count | None = None
    series_id: Identifier | None = None
    episode_number: Count | None = None
    synthetic: bool = False


class ReleaseOpened(Event, frozen=True, kw_only=True):
    """A title can be watched in a channel from a date on."""

    TYPE = "media.release.opened.v1"
    KEY = "title_id"

    release_id: Identifier
    title_id: Identifier
    channel_id: Identifier
    channel_name: str
    url: str
    territory: str
    """ISO 3166 code, or ``WW`` for worldwide."""
    starts_on: LocalDate
    ends_on: LocalDate | None = None


class PlacementClicked(Event, frozen=True, kw_only=True):
    """Someone followed a placement's link out to its channel."""

    TYPE = "media.placement.clicked.v1"
    KEY = "placement_id"

    placement_id: Identifier
    title_id: Identifier
    channel_id: Identifier
    clicked_at: Instant
    clicks: Quantity
    """Clicks counted for this placement so far, this one included."""
