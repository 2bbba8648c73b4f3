"""What referrals were recorded with: how many were sent somewhere, and how many of them were seen to stop there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.errors import Invalid
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.visitor.domain.desk import RECORDED_WITH_REFERRALS
from services.visitor.domain.timetable import day_bounds
from services.visitor.line import known_town

Row = dict[str, Any]

LONGEST_PERIOD = timedelta(days=366)
TARGETS_TOLD = 200
_COLLECTIONS = {"place": ("places", ""), "maker": ("known_makers", "listing."), "event": ("known_events", "listing.")}


def summary(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """By what people were sent to, in a period of days of a town: referrals, and the visits recorded with them.

    A visit counts on its own day, with the target of its referral; one recorded without a referral does not count
    here. Most stops first, at most ``TARGETS_TOLD``. Raises ``Invalid`` for a period that ends before it begins.
    """
    town = known_town(locality, query["town"])
    first, last = query["date"], query.get("until") or query["date"]
    if not timedelta(0) <= last - first <= LONGEST_PERIOD:
        raise Invalid("The period is not right.", errors={"until": ["From the first day on, at most 366 days later."]})
    begins, ends = day_bounds(first, town.tz)[0], day_bounds(last, town.tz)[1]
    made = {"made_at": {"$gte": begins, "$lt": ends}}
    visited = {
        "town": town.slug,
        "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
        "referral_id": {"$exists": True, "$ne": None},
    }
    sent = _by_target(db, "referrals", made, {"referrals": {"$sum": 1}})
    stops = {
        "visits": {"$sum": 1},
        "stopped": {"$sum": "$party_size"},
        "stopped_synthetic": {"$sum": {"$cond": ["$synthetic", "$party_size", 0]}},
    }
    stopped = _by_target(db, "visits", visited, stops)
    return {
        "town": town.slug,
        "first_day": first,
        "last_day": last,
        "items": _items(db, town.slug, sent, stopped),
        "statement": RECORDED_WITH_REFERRALS,
    }


def _by_target(db: RawDatabase, collection: str, chosen: Row, sums: Row) -> dict[tuple[str, str], Row]:
    of = {"kind": "$target_kind", "id": "$target_id"}
    groups = db[collection].aggregate([{"$match": chosen}, {"$group": {"_id": of, **sums}}])
    return {(group["_id"]["kind"], group["_id"]["id"]): group for group in groups}


def _items(
    db: RawDatabase, town: str, sent: dict[tuple[str, str], Row], stopped: dict[tuple[str, str], Row]
) -> list[Row]:
    named = {kind: _named(db, kind, [key[1] for key in sent | stopped if key[0] == kind]) for kind in _COLLECTIONS}
    items = []
    for kind, identity in sent | stopped:
        listing = named[kind].get(identity, {})
        if (kind, identity) not in stopped and listing.get("town") != town:
            continue
        counted = stopped.get((kind, identity), {})
        items.append(
            {
                "target_kind": kind,
                "target_id": identity,
                "name": listing.get("name"),
                "referrals": sent.get((kind, identity), {}).get("referrals", 0),
                **{name: counted.get(name, 0) for name in ("visits", "stopped", "stopped_synthetic")},
            }
        )
    items.sort(key=lambda item: (-item["stopped"], -item["referrals"], item["target_id"]))
    return items[:TARGETS_TOLD]


def _named(db: RawDatabase, kind: str, ids: list[str]) -> dict[str, Row]:
    """Name and town of each target that is listed still."""
    collection, prefix = _COLLECTIONS[kind]
    fields = {f"{prefix}{name}": 1 for name in ("name", "title", "town")}
    found = {}
    for row in db[collection].find({"_id": {"$in": ids}}, fields):
        listing = row.get("listing", {}) if prefix else row
        name = listing.get("title") or listing.get("name")
        found[row["_id"]] = {
            "name": {"und": name} if isinstance(name, str) else name,
            "town": listing.get("town"),
        }
    return found
