"""Which events, in which order, and what of each: the query of lists and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from kernel.schemas import Identifier, PageQuery, Pattern, StrictSchema
from services.festivals.domain import terms
from services.festivals.domain.kinds import EVENT_KINDS
from services.festivals.domain.lifecycle import STATUSES
from services.festivals.facets import COUNTED
from services.festivals.feed.options import WHOLE, wrong_with
from services.festivals.filters.place import MAX_RADIUS
from services.festivals.filters.when import RELATIVE
from services.festivals.schemas.events import EventView
from services.festivals.schemas.shared import day, instant, language


def one_of(known: Sequence[str], told: str) -> DelimitedList:
    """Several values of a vocabulary, separated by commas."""
    several = validate.Length(min=1, max=len(known))
    return DelimitedList(
        fields.String(validate=validate.OneOf(known)), validate=several, metadata={"description": told}
    )


def numbers(many: int, told: str) -> DelimitedList:
    """So many numbers, separated by commas."""
    degrees = fields.Float(metadata={"minimum": -180, "maximum": 180})
    return DelimitedList(degrees, validate=validate.Length(equal=many), metadata={"description": told})


class LocalTime(fields.String):
    """A time of day on local clocks, ``18:30``: a ``datetime.time`` in Python."""

    def __init__(self, told: str) -> None:
        wrong = "Not a time of day, e.g. 18:30."
        form = Pattern(r"([01]\d|2[0-3]):[0-5]\d", error=wrong)
        super().__init__(validate=[validate.Length(equal=5, error=wrong), form], metadata={"description": told})

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> Any:
        """The time of day."""
        found = super().deserialize(value, attr, data, **more)
        return time.fromisoformat(found) if isinstance(found, str) else found


def _known_names(template: str) -> None:
    wrong = wrong_with(template)
    if wrong:
        raise ValidationError(wrong)


class EventSelection(StrictSchema):
    """Which events. Conditions are combined; without any, all public ones."""

    town = Identifier()
    festival_id = Identifier(metadata={"description": "Events in that festival's programme."})
    featured_in = Identifier(metadata={"description": "Events that the host of that festival puts forward."})
    curator_id = Identifier(metadata={"description": "One's own includes drafts and withdrawn events."})
    when = fields.String(validate=validate.OneOf(RELATIVE))
    date = day(metadata={"description": "A day in the event's own zone that one of its timings touches."})
    from_ = instant(data_key="from", attribute="from", metadata={"description": "Runs after this instant."})
    to = instant(metadata={"description": "Begins before this instant."})
    time_from = LocalTime("A timing starts at this local time of day or later.")
    time_to = LocalTime("A timing starts before this local time of day; behind midnight if earlier than time_from.")
    status = one_of(STATUSES, "Any of these.")
    kind = one_of(EVENT_KINDS, "Any of these.")
    attendance = one_of(terms.ATTENDANCE, "Any of these.")
    accessibility = one_of(terms.ACCESSIBILITY, "All of these.")
    admission = one_of(terms.ADMISSION, "Any of these.")
    language = DelimitedList(
        language(), validate=validate.Length(min=1, max=10), metadata={"description": "Titled in any of these."}
    )
    keyword = DelimitedList(
        fields.String(validate=validate.Length(min=1, max=40)),
        validate=validate.Length(min=1, max=20),
        metadata={"description": "Any of these."},
    )
    age = fields.Integer(
        validate=validate.Range(min=0, max=terms.OLDEST), metadata={"description": "For somebody of this age."}
    )
    bbox = numbers(4, "West, south, east and north in degrees.")
    near = numbers(2, "Latitude and longitude in degrees; within radius of it.")
    radius = fields.Integer(validate=validate.Range(min=1, max=MAX_RADIUS), metadata={"description": "Metres."})
    created_from = instant()
    created_to = instant()
    updated_from = instant()
    updated_to = instant()
    q = fields.String(
        validate=validate.Length(min=1, max=100),
        metadata={"description": "Words that begin words of its texts; accents, case and typing slips are forgiven."},
    )

    @validates_schema
    def on_earth(self, data: dict[str, Any], **_: Any) -> None:
        """Degrees are those of the Earth, and a radius has a centre."""
        lats = [*(data.get("bbox") or [])[1::2], *(data.get("near") or [])[:1]]
        lons = [*(data.get("bbox") or [])[::2], *(data.get("near") or [])[1:]]
        name = "bbox" if data.get("bbox") else "near"
        if not all(-90 <= lat <= 90 for lat in lats) or not all(-180 <= lon <= 180 for lon in lons):
            raise ValidationError("Latitudes are from -90 to 90, longitudes from -180 to 180.", name)
        if data.get("bbox") and data["bbox"][1] > data["bbox"][3]:
            raise ValidationError("Give west, south, east, north: the south is not north of the north.", "bbox")
        if data.get("radius") and not data.get("near"):
            raise ValidationError("Say around which point: near.", "radius")


class NewsQuery(EventSelection):
    """A feed of those events in one language."""

    lang = language()


class FeedQuery(NewsQuery):
    """A calendar of those events; ``title`` is a template such as ``{title} ({place})``."""

    all_day = fields.Boolean(load_default=False, metadata={"description": "Whole days, without hours."})
    title = fields.String(load_default=WHOLE, validate=[validate.Length(min=1, max=120), _known_names])


class FestivalFeedQuery(FeedQuery):
    """The same, of one festival, or of one event of it."""

    event_id = Identifier()

    class Meta(FeedQuery.Meta):
        exclude = ("festival_id",)


class EventQuery(StrictSchema):
    """``lang`` adds ``shown``: each text in that language or, where it is missing, in the next there is."""

    lang = language()
    fields_ = DelimitedList(
        fields.String(validate=validate.OneOf(sorted(EventView().fields))),
        data_key="fields",
        attribute="fields",
        validate=validate.Length(min=1, max=60),
        metadata={"description": "Fields to answer with, besides the id; all when left out."},
    )


class EventFilter(EventSelection, EventQuery, PageQuery):
    """A page of those events."""

    sort = fields.String(validate=validate.OneOf(("start", "-updated", "-created")))
    facets = one_of(COUNTED, "Count the events found by these.")


class FacetCount(StrictSchema):
    """How many of the events found have a value."""

    value = fields.String()
    count = fields.Integer()


class EventPage(StrictSchema):
    """A page of events; ``total`` and ``facets`` are about all that were found."""

    items = fields.List(fields.Nested(EventView), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    total = fields.Integer()
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetCount)))
