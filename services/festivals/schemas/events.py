"""Events as callers send and get them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import Identifier, Instant, PointSchema, StrictSchema, TextMap, ZoneName
from services.festivals.contributing import OUTCOMES
from services.festivals.domain.kinds import EVENT_KINDS
from services.festivals.domain.lifecycle import STATES, STATUSES
from services.festivals.domain.timings import MAX_TIMINGS
from services.festivals.schemas.attributes import AttributesDraft, AttributesView
from services.festivals.schemas.clashes import ClashView
from services.festivals.schemas.duplicates import DuplicateView
from services.festivals.schemas.home import GettingHome
from services.festivals.schemas.shared import PersonView, instant, line, website


class WhereDraft(StrictSchema):
    """A place that is not a listed venue."""

    name = TextMap(required=True, max_length=120)
    address = line(300)
    point = fields.Nested(PointSchema, allow_none=True)


class TimingDraft(StrictSchema):
    """One occurrence; ``zone`` is the town's when left out."""

    starts_at = instant(required=True)
    ends_at = instant(required=True)
    zone = ZoneName()


class RecurrenceDraft(StrictSchema):
    """A rule of RFC 5545, its first occurrence, and the starts of those that are left out."""

    rrule = fields.String(required=True, validate=validate.Length(min=1, max=300))
    starts_at = instant(required=True)
    ends_at = instant(required=True)
    exdates = fields.List(instant(), validate=validate.Length(max=MAX_TIMINGS))


class EventChange(AttributesDraft):
    """Fields of an event to replace, each as a whole; what is left out stays. ``{}`` empties an optional text."""

    title = TextMap(max_length=120)
    summary = TextMap(max_length=500, allow_empty=True)
    description = TextMap(max_length=5000, allow_empty=True)
    town = Identifier()
    venue_id = Identifier()
    where = fields.Nested(WhereDraft)
    timings = fields.List(fields.Nested(TimingDraft), validate=validate.Length(max=MAX_TIMINGS))
    recurrence = fields.Nested(RecurrenceDraft, allow_none=True)
    kind = fields.String(validate=validate.OneOf(EVENT_KINDS))
    sailing_ids = fields.List(Identifier(), validate=validate.Length(max=20))
    website = website()
    synthetic = fields.Boolean()
    source = line(300)

    @validates_schema
    def one_place(self, data: dict[str, Any], **_: Any) -> None:
        """An event is at a listed venue or at a place of its own, at single times or by a rule."""
        if "venue_id" in data and "where" in data:
            raise ValidationError("Give either a venue_id or a where, not both.", "where")
        if data.get("recurrence") and "timings" in data:
            raise ValidationError("Give either timings or a recurrence, not both.", "recurrence")


class EventDraft(EventChange):
    """An event to draft in a festival; ``publish`` makes it public at once. Only a title and a town are needed."""

    id = Identifier(slug=True)
    festival_id = Identifier(required=True)
    title = TextMap(required=True, max_length=120)
    town = Identifier(required=True)
    kind = fields.String(load_default="Event", validate=validate.OneOf(EVENT_KINDS))
    publish = fields.Boolean(load_default=False)


class EventPut(EventChange):
    """An event as its contributor's own system has it. What is left out stays; a new one is of kind ``Event`` then."""

    festival_id = Identifier(required=True)
    title = TextMap(required=True, max_length=120)
    town = Identifier(required=True)
    publish = fields.Boolean(load_default=False)


class DryRun(StrictSchema):
    """``dry_run``: check everything and answer what would be, without doing it."""

    dry_run = fields.Boolean(load_default=False)


class Listing(StrictSchema):
    """A public event to list in a programme; ``featured`` puts it forward, or no longer."""

    event_id = Identifier(required=True)
    featured = fields.Boolean()


class Cancellation(StrictSchema):
    """Why an event will not take place."""

    reason = TextMap(required=True, max_length=500)


class FestivalName(StrictSchema):
    """The festival an event is in."""

    id = fields.String()
    name = TextMap()


class WhereView(WhereDraft):
    """Where an event takes place; ``venue_id`` when that is a listed venue."""

    town = fields.String()
    venue_id = fields.String()


class TimingView(StrictSchema):
    """One occurrence: local times with their offset, and the zone they are read in."""

    id = fields.String()
    starts_at = fields.String(metadata={"format": "date-time"})
    ends_at = fields.String(metadata={"format": "date-time"})
    zone = fields.String()
    previous_starts = fields.List(
        fields.String(metadata={"format": "date-time"}),
        metadata={"description": "When it was to start before it was rescheduled, the latest first."},
    )


class CallView(StrictSchema):
    """One end of a crossing, in local time."""

    town = fields.String()
    at = fields.String(metadata={"format": "date-time"})
    zone = fields.String()


class SailingView(StrictSchema):
    """A crossing that an event depends on; only its id as long as nothing else is ``known`` of it."""

    id = fields.String()
    known = fields.Boolean()
    cancelled = fields.Boolean()
    illustrative = fields.Boolean()
    departure = fields.Nested(CallView)
    arrival = fields.Nested(CallView)


class DisruptionView(StrictSchema):
    """A cancelled crossing that an event depends on, and why it was cancelled."""

    sailing_id = fields.String()
    reason = TextMap()


class CancellationView(StrictSchema):
    """When and why an event was cancelled."""

    cancelled_at = Instant()
    reason = TextMap()


class PickedText(StrictSchema):
    """A text and the language it is in."""

    text = fields.String()
    lang = fields.String()


class ShownView(StrictSchema):
    """The texts of an event picked for one language."""

    title = fields.Nested(PickedText)
    summary = fields.Nested(PickedText, allow_none=True)
    description = fields.Nested(PickedText, allow_none=True)
    conditions = fields.Nested(PickedText, allow_none=True)


class EventView(AttributesView):
    """An event. ``state`` says who sees it, ``status`` whether it takes place."""

    id = fields.String()
    url = fields.String()
    festival_id = fields.String()
    festival = fields.Nested(FestivalName)
    calendar_url = fields.String()
    curator = fields.Nested(PersonView)
    state = fields.String(validate=validate.OneOf(STATES))
    status = fields.String(validate=validate.OneOf(STATUSES))
    disruptions = fields.List(fields.Nested(DisruptionView))
    cancellation = fields.Nested(CancellationView, allow_none=True)
    sequence = fields.Integer()
    title = TextMap()
    summary = TextMap(allow_empty=True)
    description = TextMap(allow_empty=True)
    languages = fields.List(fields.String())
    translation_status = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.OneOf(("complete", "partial", "missing")))
    )
    shown = fields.Nested(ShownView)
    town = fields.String()
    where = fields.Nested(WhereView, allow_none=True)
    kind = fields.String()
    timings = fields.List(fields.Nested(TimingView))
    recurrence = fields.Nested(RecurrenceDraft, allow_none=True)
    first_timing = fields.Nested(TimingView, allow_none=True)
    next_timing = fields.Nested(TimingView, allow_none=True)
    last_timing = fields.Nested(TimingView, allow_none=True)
    sailing_ids = fields.List(fields.String())
    sailings = fields.List(fields.Nested(SailingView))
    clashes = fields.List(
        fields.Nested(ClashView),
        metadata={"description": "Told to its curator, when other events are in its way."},
    )
    duplicates = fields.List(
        fields.Nested(DuplicateView),
        metadata={"description": "Told to its curator, when other events seem to be the same one."},
    )
    getting_home = fields.Nested(GettingHome, allow_none=True)
    website = fields.String(allow_none=True)
    tour_url = fields.String(allow_none=True, metadata={"description": "The tour that this event is; null for others."})
    synthetic = fields.Boolean()
    source = fields.String(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class PutView(StrictSchema):
    """What became of an event that a contributor sent."""

    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    event = fields.Nested(EventView)
