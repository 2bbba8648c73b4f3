"""Small GTFS Realtime feeds for tests, as the line's own system would send them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from google.transit import gtfs_realtime_pb2 as gtfs


def live_feed(at: datetime, *fill: Callable[[Any], None], incrementality: int = 0) -> bytes:
    """A feed made at ``at``; each of ``fill`` is given a new entity, whose id is its number."""
    message = gtfs.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = incrementality
    message.header.timestamp = int(at.timestamp())
    for number, each in enumerate(fill):
        entity = message.entity.add()
        entity.id = str(number)
        each(entity)
    return message.SerializePartialToString()


def late(trip: str, day: str, stop: str = "", *, departure: Any = None, arrival: Any = None) -> Callable[[Any], None]:
    """A TripUpdate: a delay in minutes or an instant at one stop; without a stop ``departure`` is the whole trip's."""

    def fill(entity: Any) -> None:
        entity.trip_update.trip.trip_id = trip
        entity.trip_update.trip.start_date = day
        if not stop:
            entity.trip_update.delay = departure * 60
            return
        call = entity.trip_update.stop_time_update.add()
        call.stop_id = stop
        for name, value in (("departure", departure), ("arrival", arrival)):
            if isinstance(value, datetime):
                getattr(call, name).time = int(value.timestamp())
            elif value is not None:
                getattr(call, name).delay = value * 60

    return fill


def cancelled(trip: str, day: str) -> Callable[[Any], None]:
    """A TripUpdate that cancels a trip."""

    def fill(entity: Any) -> None:
        entity.trip_update.trip.trip_id = trip
        entity.trip_update.trip.start_date = day
        entity.trip_update.trip.schedule_relationship = gtfs.TripDescriptor.CANCELED

    return fill


def alert(
    effect: str, texts: dict[str, str], *, trip: tuple[str, str] | None = None, stop: str = "", **period: datetime
) -> Callable[[Any], None]:
    """An Alert about a trip on a day, about a stop, or about the whole route; ``start`` and ``end`` are its period."""

    def fill(entity: Any) -> None:
        entity.alert.effect = gtfs.Alert.Effect.Value(effect)
        for language, text in texts.items():
            entity.alert.header_text.translation.add(text=text, language=language)
        selector = entity.alert.informed_entity.add()
        if trip:
            selector.trip.trip_id, selector.trip.start_date = trip
        elif stop:
            selector.stop_id = stop
        else:
            selector.route_id = "line"
        if period:
            start, end = period["start"], period.get("end", period["start"] + timedelta(hours=12))
            entity.alert.active_period.add(start=int(start.timestamp()), end=int(end.timestamp()))

    return fill
