"""From a GTFS Realtime feed to what it says of sailings, every bad entity told.

Source: GTFS Realtime Reference 2.0. Read are TripUpdates and Alerts of a whole data set; vehicle positions are passed
over. A trip is named by ``trip_id`` and ``start_date``, which together are a sailing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as gtfs

from services.visitor.domain.gtfs_archive import refuse
from services.visitor.domain.realtime_alerts import Notice, notice_of
from services.visitor.domain.realtime_values import BadEntity, instant_of, is_text, sailing_of
from services.visitor.domain.running import Told

MAX_ENTITIES = 1_000
MAX_ISSUES_TOLD = 200
MAX_AGE = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)

_Trip = gtfs.TripDescriptor
_Call = gtfs.TripUpdate.StopTimeUpdate


@dataclass(frozen=True)
class Issue:
    """An entity that was not taken: its id, the field, and what would be right."""

    entity: str
    field: str
    problem: str


@dataclass(frozen=True)
class Update:
    """What a TripUpdate says of one sailing; ``calls`` by town: what was said of landing and of leaving there."""

    entity: str
    sailing_id: str
    cancelled: bool = False
    calls: dict[str, tuple[Told | None, Told | None]] = field(default_factory=dict)
    delay: Told | None = None


@dataclass
class Feed:
    """What a feed says, and what of it could not be used."""

    at: datetime
    updates: dict[str, Update] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    entities: int = 0
    issues: list[Issue] = field(default_factory=list)
    issues_total: int = 0
    spoilt: set[str] = field(default_factory=set)
    """Sailings named by an entity that could not be used: nothing is known of them now."""
    unnamed: bool = False
    """Whether such an entity did not even say which sailing it is about."""

    def tell(self, issue: Issue, sailing_id: str | None) -> None:
        """Note a bad entity; beyond ``MAX_ISSUES_TOLD`` they are counted only."""
        self.issues_total += 1
        if len(self.issues) < MAX_ISSUES_TOLD:
            self.issues.append(issue)
        if sailing_id is None:
            self.unnamed = True
        else:
            self.spoilt.add(sailing_id)
            self.updates.pop(sailing_id, None)


def read_feed(data: bytes, now: datetime, town_of_stop: Callable[[str], str | None], languages: Sequence[str]) -> Feed:
    """What a feed of protobuf bytes says at ``now``.

    Raises ``Invalid`` naming ``feed`` when it cannot be read as a whole: no protobuf, too many entities, a
    differential feed, without a time or with one more than an hour ago.
    """
    message = gtfs.FeedMessage()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise refuse("it is not a GTFS Realtime message in protobuf") from error
    if not message.HasField("header") or not message.header.IsInitialized():
        raise refuse("it has no header: is it a GTFS Realtime message?")
    if message.header.incrementality != gtfs.FeedHeader.FULL_DATASET:
        raise refuse("send the full data set: differential feeds are not read")
    if len(message.entity) > MAX_ENTITIES:
        raise refuse(f"it holds {len(message.entity)} entities, at most {MAX_ENTITIES} are read")
    feed = Feed(at=_time_of(message.header.timestamp, now), entities=len(message.entity))
    for number, entity in enumerate(message.entity):
        _read(feed, number, entity, town_of_stop, languages)
    return feed


def _time_of(timestamp: int, now: datetime) -> datetime:
    try:
        at = instant_of(timestamp, "header.timestamp")
    except BadEntity as bad:
        raise refuse(f"its header's timestamp {bad.problem}") from bad
    if not now - MAX_AGE <= at <= now + CLOCK_SKEW:
        raise refuse(f"it was made at {at:%Y-%m-%dT%H:%M:%SZ}; a feed is taken within the hour it was made in")
    return at


def _read(
    feed: Feed, number: int, entity: Any, town_of_stop: Callable[[str], str | None], languages: Sequence[str]
) -> None:
    if not is_text(entity):
        feed.tell(Issue(f"number {number + 1} of the feed", "", "holds text that is not UTF-8"), None)
        return
    with _telling(feed, entity):
        if not entity.IsInitialized():
            raise BadEntity(", ".join(entity.FindInitializationErrors())[:200], "is missing")
        if entity.is_deleted:
            raise BadEntity("is_deleted", "belongs to differential feeds")
        if entity.HasField("trip_update"):
            update = _update(entity, town_of_stop)
            if update.sailing_id in feed.updates or update.sailing_id in feed.spoilt:
                raise BadEntity("trip_update.trip", "another entity is about the same sailing; neither is taken")
            feed.updates[update.sailing_id] = update
        if entity.HasField("alert"):
            feed.notices.append(notice_of(entity.id, entity.alert, town_of_stop, languages))


@contextmanager
def _telling(feed: Feed, entity: Any) -> Iterator[None]:
    try:
        yield
    except BadEntity as bad:
        feed.tell(Issue(entity.id[:200], bad.field, bad.problem), _named(entity))


def _named(entity: Any) -> str | None:
    """The sailing that an entity is about, where that much of it can be read."""
    try:
        return sailing_of(entity.trip_update.trip, "") if entity.HasField("trip_update") else None
    except BadEntity:
        return None


def _update(entity: Any, town_of_stop: Callable[[str], str | None]) -> Update:
    trip = entity.trip_update.trip
    identity = sailing_of(trip, "trip_update.trip")
    if trip.schedule_relationship == _Trip.CANCELED:
        return Update(entity.id, identity, cancelled=True)
    if trip.schedule_relationship != _Trip.SCHEDULED:
        name = _Trip.ScheduleRelationship.Name(trip.schedule_relationship)
        raise BadEntity("trip_update.trip.schedule_relationship", f"{name} is not read; SCHEDULED and CANCELED are")
    calls: dict[str, tuple[Told | None, Told | None]] = {}
    for index, call in enumerate(entity.trip_update.stop_time_update):
        where = f"trip_update.stop_time_update[{index}]"
        town = town_of_stop(call.stop_id) if call.stop_id else None
        if town is None:
            raise BadEntity(f"{where}.stop_id", f"{call.stop_id[:100]!r} is the port of no town here")
        if town in calls:
            raise BadEntity(f"{where}.stop_id", "stands there a second time")
        if call.schedule_relationship == _Call.NO_DATA:
            continue
        if call.schedule_relationship != _Call.SCHEDULED:
            raise BadEntity(f"{where}.schedule_relationship", "a crossing skips no port: cancel the trip instead")
        calls[town] = (_told(call, "arrival", where), _told(call, "departure", where))
    overall = None
    if entity.trip_update.HasField("delay"):
        overall = Told(delay=timedelta(seconds=entity.trip_update.delay))
    return Update(entity.id, identity, calls=calls, delay=None if calls else overall)


def _told(call: Any, end: str, where: str) -> Told | None:
    if not call.HasField(end):
        return None
    event = getattr(call, end)
    if event.HasField("time"):
        return Told(at=instant_of(event.time, f"{where}.{end}.time"))
    if event.HasField("delay"):
        return Told(delay=timedelta(seconds=event.delay))
    raise BadEntity(f"{where}.{end}", "needs a time or a delay")
