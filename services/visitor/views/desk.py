"""Records of the desk, and the figures made of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.visitor.domain.desk import RECORDED_WITH, Expected, Landing, percent, share_out
from services.visitor.line import known_town, line_of
from services.visitor.views.sailings import calls_on, sailing_view

Row = dict[str, Any]

NOT_STATED = Expected(None, "unknown")


def enquiry_view(row: Row, referral: Row | None = None) -> Row:
    """An enquiry, with the referral that was made together with it."""
    return {**_with_id(row), "referral": referral_view(referral) if referral else None}


def referral_view(row: Row) -> Row:
    """A referral."""
    return _with_id(row)


def visit_view(row: Row) -> Row:
    """A visit."""
    return _with_id(row)


def _with_id(row: Row) -> Row:
    return {("id" if name == "_id" else name): value for name, value in row.items()}


def list_enquiries(db: RawDatabase, query: Row) -> Row:
    """Enquiries, latest first."""
    chosen = _chosen(query, "centre_id", "sailing_id", "topic")
    return page(db["enquiries"], chosen, sort=[("logged_at", -1)], query=query, project=enquiry_view)


def list_referrals(db: RawDatabase, query: Row) -> Row:
    """Referrals, latest first."""
    chosen = _chosen(query, "enquiry_id", "sailing_id", "centre_id", "target_kind", "target_id")
    return page(db["referrals"], chosen, sort=[("made_at", -1)], query=query, project=referral_view)


def _chosen(query: Row, *names: str) -> Row:
    return {name: query[name] for name in names if query.get(name) is not None}


def summary(db: RawDatabase, locality: Locality, town_slug: str, day: date) -> Row:
    """How many stopped in a town on a day, sailing by sailing, against the passengers expected on it.

    Listed are the sailings that land there that day and any other that visits of the day were recorded with.
    """
    town = known_town(locality, town_slug).slug
    base = line_of(locality).base_of(town)
    stopped = _stopped(db, town, day)
    landings = list(db["sailings"].find(calls_on(town, day, "arrival")))
    others = list(db["sailings"].find({"_id": {"$in": [key for key in stopped if key]}}))
    landing_ids = {row["_id"] for row in landings}
    expected = share_out([_landing(row) for row in landings], day, base)
    rows = landings + [row for row in others if row["_id"] not in landing_ids]
    rows.sort(key=lambda row: row["at"][town])
    figures = [_figure(row, town, expected.get(row["_id"], NOT_STATED), stopped) for row in rows]
    total = sum(each["people"] for each in stopped.values())
    landed = [each.passengers for each in expected.values()]
    whole = sum(landed) if landed and None not in landed else None
    return {
        "town": town,
        "date": day.isoformat(),
        "passengers_per_year": base,
        "sailings": figures,
        "stopped_without_sailing": stopped.get(None, {}).get("people", 0),
        "stopped": total,
        "stopped_synthetic": sum(each["made_up"] for each in stopped.values()),
        "visits": sum(each["visits"] for each in stopped.values()),
        "expected_passengers": whole,
        "percent": percent(total, whole),
        "statement": RECORDED_WITH,
    }


def _stopped(db: RawDatabase, town: str, day: date) -> dict[str | None, Row]:
    """People and visits by the sailing they were recorded with; None for those with none."""
    figures = {
        "people": {"$sum": "$party_size"},
        "visits": {"$sum": 1},
        "made_up": {"$sum": {"$cond": ["$synthetic", "$party_size", 0]}},
    }
    of_the_day = {"$match": {"town": town, "date": day.isoformat()}}
    groups = db["visits"].aggregate([of_the_day, {"$group": {"_id": "$sailing_id", **figures}}])
    return {group.pop("_id", None): group for group in groups}


def _landing(row: Row) -> Landing:
    return Landing(row["_id"], row.get("expected_passengers"), row["status"] == "cancelled")


def _figure(row: Row, town: str, expected: Expected, stopped: dict[str | None, Row]) -> Row:
    people = stopped.get(row["_id"], {}).get("people", 0)
    return {
        "sailing": sailing_view(row, town),
        "sailing_id": row["_id"],
        "expected_passengers": expected.passengers,
        "expected_source": expected.source,
        "stopped": people,
        "percent": percent(people, expected.passengers),
    }
