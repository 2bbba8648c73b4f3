"""The timetable: taken from a GTFS feed in transactions of bounded size, and cancelled by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from pymongo import InsertOne, UpdateOne

from contracts.visitor import Call as CallSaid
from contracts.visitor import SailingReinstated, SailingScheduled
from kernel import outbound
from kernel.commands import Command
from kernel.locality import Locality
from kernel.unit_of_work import Store, UnitOfWork
from services.visitor.commands import lookups, running
from services.visitor.domain.gtfs import Timetable, read_timetable
from services.visitor.domain.timetable import Call, Crossing
from services.visitor.line import line_of, port_finder
from services.visitor.views import sailings

Row = dict[str, Any]

MAX_FEED_BYTES = 1024 * 1024
"""Of a feed that is fetched: as many as of one that is sent."""
FETCH_SECONDS = 20.0
CHUNK = 250
"""Sailings written in one transaction: far below what MongoDB allows, and short enough not to hold up others."""


def import_feed(store: Store, locality: Locality, feed: bytes, traceparent: str | None = None) -> Row:
    """Take every sailing of a GTFS feed into the timetable and report what became of each row.

    Each transaction takes ``CHUNK`` sailings whole. Importing again, also after an import that was cut off, changes
    nothing that is as the feed says. A sailing that the feed no longer holds stays: feeds drop past days, and only
    people cancel a sailing. A cancelled one stays cancelled whatever the feed says, and has the feed's times once the
    cancellation is taken back; what was expected of one that has other times now holds no more. Raises ``Invalid``
    naming ``feed`` when the feed as a whole cannot be read; then nothing is imported.
    """
    zones = {town.slug: town.zone for town in locality.towns}
    timetable = read_timetable(feed, port_finder(locality), zones)
    minutes = line_of(locality).checkin_minutes
    counts: Counter[str] = Counter()
    for chunk in _chunks(timetable.crossings):
        counts += store.transact(lambda uow, part=chunk: _take(uow, part, minutes), traceparent=traceparent)
    return _report(timetable, counts)


def fetch_feed(url: str) -> bytes:
    """The feed that an address gives, for ``import_feed``. Raises as ``kernel.outbound.fetch`` does, naming ``url``."""
    return outbound.fetch(url, max_bytes=MAX_FEED_BYTES, seconds=FETCH_SECONDS).body


def _chunks(crossings: Sequence[Crossing]) -> Iterator[Sequence[Crossing]]:
    for start in range(0, len(crossings), CHUNK):
        yield crossings[start : start + CHUNK]


def _take(uow: UnitOfWork, crossings: Sequence[Crossing], checkin_minutes: int) -> Counter[str]:
    ids = [crossing.sailing_id for crossing in crossings]
    present = {row["_id"]: row for row in uow.db["sailings"].find({"_id": {"$in": ids}})}
    counts: Counter[str] = Counter()
    writes: list[InsertOne[Row] | UpdateOne] = []
    reinstated: list[SailingReinstated] = []
    for crossing in crossings:
        entry = _entry(crossing, checkin_minutes)
        row = present.get(crossing.sailing_id)
        if row is None:
            counts["new"] += 1
            writes.append(InsertOne({"_id": crossing.sailing_id, **entry, "status": "scheduled"}))
        elif all(row.get(name) == value for name, value in entry.items()):
            counts["unchanged"] += 1
            continue
        elif row["status"] == "cancelled":
            counts["left_cancelled"] += 1
            writes.append(UpdateOne({"_id": crossing.sailing_id}, {"$set": entry | {"untold": True}}))
            continue
        else:
            counts["changed"] += 1
            retimed = running.is_expected_otherwise(row) and any(
                row[end]["at"] != entry[end]["at"] for end in ("departure", "arrival")
            )
            forgotten = {"$unset": dict.fromkeys(running.UNDONE, "")} if retimed else {}
            writes.append(UpdateOne({"_id": crossing.sailing_id}, {"$set": entry} | forgotten))
            if retimed:
                reinstated.append(running.reinstated(row | entry, uow))
        uow.publish(_scheduled(crossing, checkin_minutes))
    for event in reinstated:
        uow.publish(event)
    if writes:
        uow.db["sailings"].bulk_write(writes)
    return counts


def _entry(crossing: Crossing, checkin_minutes: int) -> Row:
    return {
        "service_date": crossing.service_date.isoformat(),
        "departure": _call(crossing.departure),
        "arrival": _call(crossing.arrival),
        "at": {call.town: call.at for call in (crossing.departure, crossing.arrival)},
        "checkin_minutes": checkin_minutes,
        "ship": crossing.ship,
        "expected_passengers": crossing.expected_passengers,
        "illustrative": crossing.illustrative,
    }


def _call(call: Call) -> Row:
    return {**asdict(call), "date": call.local_date.isoformat()}


def _scheduled(crossing: Crossing, checkin_minutes: int) -> SailingScheduled:
    return SailingScheduled(
        sailing_id=crossing.sailing_id,
        service_date=crossing.service_date.isoformat(),
        departure=CallSaid(**asdict(crossing.departure)),
        arrival=CallSaid(**asdict(crossing.arrival)),
        checkin_minutes=checkin_minutes,
        ship=crossing.ship,
        expected_passengers=crossing.expected_passengers,
        illustrative=crossing.illustrative,
    )


def _report(timetable: Timetable, counts: Counter[str]) -> Row:
    days = sorted(crossing.service_date for crossing in timetable.crossings)
    return {
        "sailings": {name: counts[name] for name in ("new", "changed", "unchanged", "left_cancelled")},
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[-1].isoformat() if days else None,
        "trips_ignored": timetable.trips_ignored,
        "trips_skipped": timetable.trips_skipped,
        "issues": [asdict(issue) for issue in timetable.issues],
        "issues_total": timetable.issues_total,
    }


def cancel_sailing(cmd: Command, uow: UnitOfWork) -> Row:
    """Say that a sailing does not run. Said once: cancelling again changes nothing and keeps the first reason."""
    row = lookups.found(uow, "sailings", cmd.path["sailing_id"], "sailing")
    return sailings.sailing_view(running.cancel(uow, row, cmd.body["reason"], cmd.actor.id, "hand"))
