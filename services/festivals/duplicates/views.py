"""Pairs of listings that seem to be of one event, as the curators concerned see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.festivals.domain.likeness import REASONS, Reason
from services.festivals.team import membership

Row = Mapping[str, Any]

SAYS: dict[Reason, dict[str, str]] = {
    "title": {"en": "The titles say the same.", "fr": "Les titres disent la même chose."},
    "time": {"en": "They are at the same time.", "fr": "Ils ont lieu en même temps."},
    "place": {"en": "They are in the same place.", "fr": "Ils ont lieu au même endroit."},
    "link": {"en": "They point to the same page.", "fr": "Ils renvoient à la même page."},
}
"""What speaks for two listings being of one event."""

SHOWN = ("title", "town", "festival_id", "curator", "where", "first_start", "state", "merged_into", "imported_from")


def list_pairs(db: RawDatabase, query: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Pairs in the programmes of a festival for its curators, else those with the actor's own events; oldest first.

    Raises NotFound and Forbidden.
    """
    festival_id = query.get("festival_id")
    if festival_id:
        membership.may_decide(db, actor, festival_id)
    selector = {"festivals": festival_id} if festival_id else {"curators": actor.id}
    found = page(db["duplicates"], selector | {"state": query["state"]}, sort=[("found_at", 1)], query=query)
    events = _events(db, [event_id for pair in found["items"] for event_id in pair["events"]])
    return {**found, "items": [_view(pair, events) for pair in found["items"]]}


def pair_view(db: RawDatabase, pair: Row) -> dict[str, Any]:
    """One pair."""
    return _view(pair, _events(db, pair["events"]))


def _events(db: RawDatabase, ids: list[str]) -> dict[str, Row]:
    rows = db["events"].find({"_id": {"$in": list(dict.fromkeys(ids))}}, dict.fromkeys(SHOWN, 1))
    return {row["_id"]: row for row in rows}


def _view(pair: Row, events: dict[str, Row]) -> dict[str, Any]:
    reasons = [name for name in REASONS if name in pair.get("reasons", [])]
    return {
        "id": pair["_id"],
        **{name: pair.get(name) for name in ("state", "festivals", "found_at", "kept", "decided_at", "decided_by")},
        "reasons": reasons,
        "says": [SAYS[name] for name in reasons],
        "events": [_event(events[event_id]) for event_id in pair["events"] if _is_told(events.get(event_id))],
    }


def _is_told(event: Row | None) -> bool:
    """Whether an event of a pair is public, or was merged; one taken back since is its curator's alone."""
    return event is not None and (event["state"] == "published" or bool(event.get("merged_into")))


def _event(row: Row) -> dict[str, Any]:
    where = row.get("where")
    return {
        "id": row["_id"],
        "url": f"/v1/events/{row['_id']}",
        **{name: row[name] for name in ("title", "town", "festival_id", "curator")},
        "place": where["name"] if where else {},
        "first_start": row.get("first_start"),
        "imported_from": row.get("imported_from"),
    }
