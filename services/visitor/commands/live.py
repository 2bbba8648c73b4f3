"""A live feed (GTFS Realtime) taken into the timetable: all of it that is good, in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import running
from services.visitor.domain.realtime import Feed, Issue, Update, read_feed
from services.visitor.domain.realtime_alerts import Notice
from services.visitor.domain.running import LONGEST_DELAY, Expected, NotPossible, expectation, feed_may_say
from services.visitor.line import port_finder

Row = dict[str, Any]

FEED = "feed"
MAX_CONCERNED = 500
"""Sailings that the alerts of one feed may be about."""
REASON = {
    "en": "Reported by the line's live information.",
    "fr": "Signalé par l'information en direct de la ligne.",
}
CANCELLED = {
    "en": "Cancelled, says the line's live information.",
    "fr": "Annulée, selon l'information en direct de la ligne.",
}


@dataclass
class _Found:
    """What a feed says of one sailing of the timetable."""

    row: Row
    update: Update | None = None
    notices: list[Notice] = field(default_factory=list)

    @property
    def cancels(self) -> bool:
        return any(notice.cancels for notice in self.notices) or bool(self.update and self.update.cancelled)

    def reason(self, otherwise: Row) -> Row:
        """What an alert about it says; a cancelling one first."""
        told = sorted(self.notices, key=lambda notice: not notice.cancels)
        return dict(told[0].header) if told else otherwise


def take_feed(uow: UnitOfWork, data: bytes, by: str) -> Row:
    """Bring the sailings that have not landed to what the feed says, and report what became of each entity.

    The feed is the whole of what is known: what an earlier one said and this one does not, is over; only where an
    entity cannot be read, nothing is concluded from silence. What a person said stands (``feed_may_say``). Raises
    ``Invalid`` naming ``feed`` when it cannot be read, ``Conflict`` when a later one was taken already.
    """
    feed = read_feed(data, uow.now(), port_finder(uow.locality), uow.locality.languages)
    _in_order(uow, feed)
    found = _sailings(uow, feed)
    counts: Counter[str] = Counter()
    for each in found.values():
        counts[_bring(uow, feed, each, by)] += 1
    counts += _end_of_silence(uow, feed, set(found))
    names = ("delayed", "cancelled", "as_planned", "unchanged", "kept_by_hand", "landed", "ended")
    return {
        "made_at": feed.at,
        "entities": feed.entities,
        "sailings": {name: counts[name] for name in names},
        "issues": [asdict(issue) for issue in feed.issues],
        "issues_total": feed.issues_total,
    }


def _in_order(uow: UnitOfWork, feed: Feed) -> None:
    before = uow.db["live_feeds"].find_one({"_id": FEED})
    if before and before["made_at"] > feed.at:
        raise Conflict(f"A later feed was taken already, made at {before['made_at']:%Y-%m-%dT%H:%M:%SZ}.")
    now = {"made_at": feed.at, "taken_at": uow.now()}
    uow.db["live_feeds"].update_one({"_id": FEED}, {"$set": now}, upsert=True)


def _sailings(uow: UnitOfWork, feed: Feed) -> dict[str, _Found]:
    """The sailings that the feed is about; those it names and nobody knows are told."""
    named = {identity for notice in feed.notices for identity in notice.sailing_ids}
    ids = sorted(named | set(feed.updates))
    found = {row["_id"]: _Found(row) for row in uow.db["sailings"].find({"_id": {"$in": ids}})}
    for identity, update in list(feed.updates.items()):
        if identity in found:
            found[identity].update = update
        else:
            _unknown(feed, update.entity, "trip_update.trip", identity)
    for notice in feed.notices:
        for identity in sorted(notice.sailing_ids):
            if identity in found:
                found[identity].notices.append(notice)
            else:
                _unknown(feed, notice.entity, "alert.informed_entity", identity)
        if notice.by_period:
            _add_concerned(uow, feed, notice, found)
    return found


def _unknown(feed: Feed, entity: str, field: str, identity: str) -> None:
    feed.tell(Issue(entity, field, f"the sailing {identity} is not in the timetable"), identity)


def _add_concerned(uow: UnitOfWork, feed: Feed, notice: Notice, found: dict[str, _Found]) -> None:
    first, last = min(start for start, _ in notice.periods), max(end for _, end in notice.periods)
    near = {"departure.at": {"$gte": first - timedelta(days=2), "$lt": last}}
    rows = list(uow.db["sailings"].find(near).sort("departure.at", 1).limit(MAX_CONCERNED + 1))
    if len(rows) > MAX_CONCERNED:
        feed.tell(Issue(notice.entity, "alert.active_period", f"is about more than {MAX_CONCERNED} sailings"), None)
        return
    for row in rows:
        leaves, lands = row["departure"], row["arrival"]
        if notice.concerns(leaves["at"], leaves["town"], lands["at"], lands["town"]):
            each = found.setdefault(row["_id"], _Found(row))
            if notice not in each.notices:
                each.notices.append(notice)


def _bring(uow: UnitOfWork, feed: Feed, found: _Found, by: str) -> str:
    """Bring one sailing to what the feed says of it; returns what became of it."""
    row = found.row
    if row["_id"] in feed.spoilt:
        return "spoilt"
    if _landed(uow, row):
        return "landed"
    row = _keep_notices(uow, row, found.notices)
    if not feed_may_say(cancels=found.cancels, now_cancelled=row["status"] == "cancelled", told_by=row.get("told_by")):
        return "kept_by_hand"
    if found.cancels:
        if row["status"] == "cancelled":
            return "unchanged"
        running.cancel(uow, row, found.reason(CANCELLED), by, "feed")
        return "cancelled"
    try:
        expected = _expected(found)
    except NotPossible as error:
        where = f"trip_update.stop_time_update.{error.end}"
        feed.tell(Issue(found.update.entity if found.update else "", where, error.problem), row["_id"])
        return "spoilt"
    if expected is None:
        before = row["status"] == "cancelled" or bool(row.get("expected"))
        running.run_as_planned(uow, row)
        return "as_planned" if before else "unchanged"
    if row["status"] == "cancelled":
        row = running.run_as_planned(uow, row)
    reason = found.reason(REASON)
    known = row.get("expected") == asdict(expected) and row.get("delay_reason") == reason
    running.expect(uow, row, expected, reason, "feed")
    return "unchanged" if known else "delayed"


def _expected(found: _Found) -> Expected | None:
    update, row = found.update, found.row
    if update is None:
        return None
    departure = update.calls.get(row["departure"]["town"], (None, None))[1] or update.delay
    arrival = update.calls.get(row["arrival"]["town"], (None, None))[0]
    return expectation(row["departure"]["at"], row["arrival"]["at"], departure, arrival)


def _landed(uow: UnitOfWork, row: Row) -> bool:
    lands = (row.get("expected") or {}).get("arrives_at") or row["arrival"]["at"]
    return bool(lands < uow.now() and row["arrival"]["at"] < uow.now())


def _keep_notices(uow: UnitOfWork, row: Row, notices: list[Notice]) -> Row:
    shown = [{"effect": each.effect, "header": each.header, "text": each.text} for each in notices]
    if row.get("notices", []) == shown:
        return row
    uow.db["sailings"].update_one({"_id": row["_id"]}, {"$set": {"notices": shown}})
    return row | {"notices": shown}


def _end_of_silence(uow: UnitOfWork, feed: Feed, named: set[str]) -> Counter[str]:
    """End what an earlier feed said of sailings that this one is silent about."""
    counts: Counter[str] = Counter()
    if feed.unnamed:
        return counts
    current = {
        "departure.at": {"$gte": uow.now() - timedelta(days=2) - LONGEST_DELAY},
        "$or": [{"told_by": "feed"}, {"notices.0": {"$exists": True}}],
        "_id": {"$nin": sorted(named | feed.spoilt)},
    }
    for row in uow.db["sailings"].find(current):
        if _landed(uow, row):
            continue
        bare = _keep_notices(uow, row, [])
        if bare.get("told_by") == "feed":
            running.run_as_planned(uow, bare)
            counts["ended"] += 1
    return counts
