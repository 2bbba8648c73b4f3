"""Filling in an event from what its curator sent, with the checks that need to look things up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kernel.errors import Invalid
from kernel.locality import Town
from kernel.unit_of_work import UnitOfWork
from kernel.words import words
from services.festivals import findable, search
from services.festivals.checkin import doors
from services.festivals.domain import recurrence, texts, timings
from services.festivals.domain.lifecycle import status_of
from services.festivals.models import Disruption, EventTiming, Festival, FestivalEvent, Point, Venue, Where

PLAIN = ("title", "summary", "description", "kind", "website", "synthetic", "source")
"""Fields taken over as they were sent."""


def apply(body: dict[str, Any], event: FestivalEvent, festival: Festival, uow: UnitOfWork) -> None:
    """Put the fields of ``body`` into ``event`` and bring up to date what follows from them.

    Raises Invalid with the fields that are not right. The event is not saved.
    """
    for name in PLAIN:
        if name in body:
            setattr(event, name, body[name])
    findable.apply(body, event)
    if "sailing_ids" in body:
        event.sailing_ids = list(dict.fromkeys(body["sailing_ids"]))
    if "keywords" in body:
        event.keywords, event.keywords_by_language = texts.keywords(body["keywords"]), {}
    if "keywords_by_language" in body:
        event.keywords_by_language = texts.keywords_by_language(body["keywords_by_language"])
        event.keywords = texts.keywords(word for several in event.keywords_by_language.values() for word in several)
    event.town = body.get("town", event.town)
    town = known_town(uow, event.town)
    if event.town not in festival.towns:
        raise Invalid("The festival is not in that town.", errors={"town": [f"One of: {', '.join(festival.towns)}."]})
    if "venue_id" in body or "where" in body:
        event.where = _where(body, event.town)
    elif "town" in body and event.where and event.where.venue_id:
        event.where = _where({"venue_id": event.where.venue_id}, event.town)
    if "timings" in body or "recurrence" in body or "town" in body:
        former = list(event.timings)
        _set_timings(_with_occurrences(body, event, festival, town), event, festival, town)
        doors.keep(event, former, uow)
    if event.said_status == "scheduled":
        for one in event.timings:
            one.previous_starts = []
    learn_words(event, uow)
    learn_disruptions(event, uow)


def learn_words(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Have an event found by all its texts, in any language."""
    where = event.where.name.values() if event.where else ()
    event.words = words(
        *event.title.values(),
        *event.keywords,
        *event.summary.values(),
        *where,
        *event.description.values(),
        *event.conditions.values(),
    )
    search.learn(uow.db, event.words)


def known_town(uow: UnitOfWork, slug: str, *, field: str = "town") -> Town:
    """The town of that slug. Raises Invalid that names the towns there are."""
    town = uow.locality.town(slug)
    if town is None:
        known = ", ".join(town.slug for town in uow.locality.towns)
        raise Invalid("There is no such town here.", errors={field: [f"One of: {known}."]})
    return town


def point_of(point: dict[str, float] | None) -> Point | None:
    """The position as it is stored."""
    return Point(lat=point["lat"], lon=point["lon"]) if point else None


def must_be_complete(event: FestivalEvent) -> None:
    """A public event says when and where. Raises Invalid that names everything that is missing."""
    missing = {}
    if not event.timings:
        missing["timings"] = ["Say when it takes place: at least one timing."]
    if event.where is None:
        missing["where"] = ["Say where it takes place: a venue_id, or a where with a name."]
    if missing:
        raise Invalid("Not ready to be public yet.", errors=missing)


def learn_disruptions(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Mark the event with those of its sailings that are known to be cancelled."""
    guard_sailings(uow, event.sailing_ids)
    cancelled = {
        row["_id"]: row["reason"]
        for row in uow.db["sailings"].find({"_id": {"$in": list(event.sailing_ids)}, "cancelled_at": {"$ne": None}})
    }
    event.disruptions = [
        Disruption(sailing_id=sailing_id, reason=cancelled[sailing_id])
        for sailing_id in event.sailing_ids
        if sailing_id in cancelled
    ]
    set_status(event)


def set_status(event: FestivalEvent) -> None:
    """Bring the status up to date with what it follows from."""
    event.status = status_of(
        cancelled=event.cancelled_at is not None,
        disrupted=bool(event.disruptions),
        said=event.said_status,
        full=event.full,
    )


def guard_sailings(uow: UnitOfWork, sailing_ids: list[str]) -> None:
    """Have this transaction run again if another one names or cancels one of these sailings at the same time."""
    for sailing_id in sorted(sailing_ids):
        uow.db["sailing_guards"].update_one({"_id": sailing_id}, {"$inc": {"touched": 1}}, upsert=True)


def _where(body: dict[str, Any], town: str) -> Where | None:
    venue_id, where = body.get("venue_id"), body.get("where")
    if venue_id is not None:
        venue = Venue.objects(id=venue_id).first()
        if venue is None:
            raise Invalid("There is no such venue.", errors={"venue_id": ["No venue has this id."]})
        if venue.town != town:
            raise Invalid("That venue is elsewhere.", errors={"venue_id": [f"This venue is in {venue.town}."]})
        return Where(name=venue.name, address=venue.address, point=venue.point, venue_id=venue.id)
    if where is None:
        return None
    return Where(name=where["name"], address=where.get("address"), point=point_of(where.get("point")))


def _with_occurrences(body: dict[str, Any], event: FestivalEvent, festival: Festival, town: Town) -> dict[str, Any]:
    """The body with the timings that its recurrence, or the one the event has, makes; timings of their own end it."""
    before = event.recurrence
    kept = {name: before[name] for name in ("rrule", "starts_at", "ends_at", "exdates")} if before else None
    wanted = body.get("recurrence", None if "timings" in body else kept)
    if not wanted:
        event.recurrence = None
        return body
    last_day = date.fromisoformat(festival.last_day)
    span = (wanted["starts_at"], wanted["ends_at"])
    rule, found = recurrence.occurrences(
        wanted["rrule"], *span, wanted.get("exdates", []), town=town, last_day=last_day
    )
    event.recurrence = findable.Recurrence(
        rrule=rule, starts_at=span[0], ends_at=span[1], exdates=sorted(wanted.get("exdates", []))
    )
    return {**body, "timings": found}


def _set_timings(body: dict[str, Any], event: FestivalEvent, festival: Festival, town: Town) -> None:
    before = [timings.Timing(one.id, one.starts_at, one.ends_at, one.zone) for one in event.timings]
    kept = [{"starts_at": one.starts_at, "ends_at": one.ends_at, "zone": one.zone} for one in before]
    planned = timings.plan(
        body.get("timings", kept),
        town=town,
        first_day=date.fromisoformat(festival.first_day),
        last_day=date.fromisoformat(festival.last_day),
    )
    planned, event.timing_ids_used = timings.keep_ids(before, planned, used=event.timing_ids_used)
    earlier = {one.id: (one.starts_at, one.previous_starts) for one in event.timings}
    event.timings = [
        EventTiming(
            id=one.id,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            zone=one.zone,
            previous_starts=_previous_starts(event, one, *earlier.get(one.id, (one.starts_at, []))),
        )
        for one in planned
    ]
    event.days = timings.days_of(planned)
    event.first_start = planned[0].starts_at if planned else None
    event.last_end = max((one.ends_at for one in planned), default=None)


def _previous_starts(
    event: FestivalEvent, timing: timings.Timing, started_at: datetime, before: list[datetime]
) -> list[datetime]:
    """When people were told that an occurrence starts, before its curator rescheduled it."""
    moved = event.state == "published" and event.said_status == "rescheduled" and timing.starts_at != started_at
    return timings.earlier_starts(timing.starts_at, [started_at, *before] if moved else before)
