"""What a curator says so that an event is found, and what is kept beside it so that an index finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mongoengine import EmbeddedDocument
from mongoengine.fields import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    MapField,
    PointField,
    StringField,
)

from kernel.errors import Invalid
from services.festivals.domain import meeting, terms
from services.festivals.domain.lifecycle import SAYABLE
from services.festivals.domain.timings import Timing

INDEXES = [
    ("state", "terms", "first_start", "id"),
    ("state", "reach", "first_start", "id"),
    ("state", "where.point.lat", "where.point.lon"),
    ("state", "(spot"),
    ("state", "created_at", "id"),
    ("state", "updated_at", "id"),
    ("state", "meets"),
    {"fields": ["merged_into"], "partialFilterExpression": {"merged_into": {"$exists": True}}},
    {
        "fields": ["curator.id", "external_id"],
        "unique": True,
        "partialFilterExpression": {"external_id": {"$exists": True}},
    },
]
"""One for all facets, one for times, two for places, two for what is new, two for duplicates, one for own ids."""

SAID = ("conditions", "accessibility", "attendance", "online_url", "admission", "imported_from")
"""Fields taken over as they were sent; ``imported_from`` is said by the import alone."""


class Ages(EmbeddedDocument):
    """Whom an event is for; both ages are included, an absent one is no bound."""

    min = IntField(min_value=0, max_value=terms.OLDEST)
    max = IntField(min_value=0, max_value=terms.OLDEST)


class Recurrence(EmbeddedDocument):
    """The rule that the timings were made from: the first occurrence, and the starts of those left out."""

    rrule = StringField(required=True)
    starts_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    exdates = ListField(DateTimeField())


class Origin(EmbeddedDocument):
    """Another listing of the event, which was merged into this one: whose it was, and the pages that told of it."""

    event_id = StringField(required=True)
    festival_id = StringField(required=True)
    curator_id = StringField(required=True)
    curator_name = StringField(required=True)
    external_id = StringField()
    source = StringField()
    addresses = ListField(StringField())


class Findable:
    """The fields of an event that filters and facets are about.

    What is derived is made anew at every ``save``, whoever saves, so that no list can disagree with the event.
    """

    said_status = StringField(choices=SAYABLE, default="scheduled")
    """What its curator says of whether it takes place; ``status`` is what follows from that and from elsewhere."""
    full = BooleanField(default=False)
    """Whether all places that its desk gives out are taken."""
    conditions = MapField(StringField())
    """What to know before coming: price, booking, clothing."""
    accessibility = ListField(StringField(choices=terms.ACCESSIBILITY))
    attendance = StringField(choices=terms.ATTENDANCE, default="offline")
    online_url = StringField()
    admission = StringField(choices=terms.ADMISSION)
    ages = EmbeddedDocumentField(Ages)
    featured_in = ListField(StringField())
    """Festivals whose hosts put it forward."""
    recurrence = EmbeddedDocumentField(Recurrence)
    also_in = ListField(StringField())
    """Other festivals in whose programmes it is listed."""
    external_id = StringField()
    """What its contributor's own system calls it; unique with each contributor."""

    imported_from = StringField()
    """The address of the calendar that it was imported from."""
    origins = EmbeddedDocumentListField(Origin)
    """Other listings of it that were merged into this one."""
    merged_into = StringField()
    """The listing that this one was merged into; it is withdrawn then and stays so."""

    meets = ListField(StringField())
    """Where and when another listing of it would be, see ``domain.meeting``."""
    terms = ListField(StringField())
    reach = IntField()
    start_minutes = ListField(IntField())
    youngest = IntField()
    oldest = IntField()
    spot = PointField(auto_index=False)

    def clean(self) -> None:
        """Bring up to date what follows from the rest; mongoengine calls it when the event is saved."""
        timings = [Timing(one.id, one.starts_at, one.ends_at, one.zone) for one in self.timings]
        self.youngest = self.ages.min if self.ages and self.ages.min is not None else 0
        self.oldest = self.ages.max if self.ages and self.ages.max is not None else terms.OLDEST
        self.reach, self.start_minutes = terms.reach_of(timings), terms.start_minutes(timings)
        point = self.where.point if self.where else None
        self.spot = {"type": "Point", "coordinates": [point.lon, point.lat]} if point else None
        self.terms = terms.terms_of(dict(self._facets()))
        where = (self.where.name, point and (point.lat, point.lon)) if self.where else (None, None)
        self.meets = meeting.kept(timings, self.town, *where, self.online_url)

    def _facets(self) -> Iterator[tuple[str, list[str]]]:
        yield "festival", [self.festival_id, *self.also_in]
        yield "town", [self.town]
        yield "kind", [self.kind]
        yield "status", [self.status]
        yield "attendance", [self.attendance]
        yield "admission", [self.admission] if self.admission else []
        yield "age", list(terms.age_bands(self.youngest, self.oldest))
        yield "accessibility", self.accessibility
        yield "language", list(self.title)
        yield "featured", self.featured_in
        yield "hour", sorted({f"{minutes // 60:02}" for minutes in self.start_minutes})
        yield "keyword", self.keywords


def apply(body: Mapping[str, Any], event: Findable) -> None:
    """Put the fields of ``body`` that are about finding into ``event``. Raises Invalid naming what is missing."""
    for name in SAID:
        if name in body:
            setattr(event, name, body[name])
    if "status" in body:
        event.said_status = body["status"]
    if event.said_status == "moved-online":
        if not event.online_url:
            raise Invalid("Say where to find it online.", errors={"online_url": ["Where the event moved to."]})
        event.attendance = "online"
    if "ages" in body:
        event.ages = Ages(**body["ages"]) if body["ages"] else None


HIDDEN = dict.fromkeys(("meets", "terms", "reach", "start_minutes", "youngest", "oldest", "spot"), 0)
"""What an event keeps only to be found by."""


def view(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a listing says of itself besides its texts, times and place."""
    ages = row.get("ages")
    return {
        "conditions": row.get("conditions", {}),
        "keywords_by_language": row.get("keywords_by_language", {}),
        "accessibility": row.get("accessibility", []),
        "attendance": row.get("attendance", "offline"),
        "online_url": row.get("online_url"),
        "admission": row.get("admission"),
        "ages": {"min": ages.get("min"), "max": ages.get("max")} if ages else None,
        "recurrence": row.get("recurrence"),
        "programmes": [row["festival_id"], *row.get("also_in", [])],
        "featured_in": row.get("featured_in", []),
        "external_id": row.get("external_id"),
        "imported_from": row.get("imported_from"),
        "origins": row.get("origins", []),
        "merged_into": row.get("merged_into"),
    }
