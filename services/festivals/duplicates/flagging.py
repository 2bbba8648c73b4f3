"""Finding the public events that seem to be one with another, and keeping the pairs for curators to decide about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.ids import new_id
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.festivals.domain import meeting
from services.festivals.domain.likeness import Likeness, Listed, likeness, link, named
from services.festivals.duplicates.models import DuplicatePair
from services.festivals.models import FestivalEvent

MOST_COMPARED = 500
"""Public events that are compared with one: those that start on a day of it, in its town or near it."""
MOST_FLAGGED = 20

Row = Mapping[str, Any]
FIELDS = dict.fromkeys(
    (
        "title", "town", "timings", "where", "kind", "website", "online_url", "attendance", "curator", "external_id",
        "festival_id", "also_in",
    ),
    1,
)  # fmt: skip


def flag(event: FestivalEvent, uow: UnitOfWork) -> list[dict[str, Any]]:
    """The public events that ``event`` seems to be one with, likest first, for its curator; those told apart left out.

    When it is public itself, the pairs are kept, and those that are not alike any more are forgotten. Of two events
    that become public at the same instant neither may see the other: they are found when either changes.
    """
    row = event.to_mongo()
    known = {_other(pair, event.id): pair for pair in uow.db["duplicates"].find({"events": event.id})}
    found = [(how, other) for how, other in duplicates_of(uow.db, row) if _open(known.get(other["_id"]))]
    kept = found if event.state == "published" else []
    alike = {other["_id"] for _, other in kept}
    gone = [pair["_id"] for other_id, pair in known.items() if pair["state"] == "open" and other_id not in alike]
    if gone:
        uow.db["duplicates"].delete_many({"_id": {"$in": gone}})
    for how, other in kept:
        _keep(row, other, how, known.get(other["_id"]), uow)
    return [warning(how, other) for how, other in found]


def duplicates_of(db: RawDatabase, event: Row) -> list[tuple[Likeness, Row]]:
    """The public events that seem to be one with ``event``, likest first, at most ``MOST_FLAGGED``."""
    if event["status"] == "cancelled" or not event.get("meets"):
        return []
    selector = candidates(event) | {"status": {"$ne": "cancelled"}, "_id": {"$ne": event["_id"]}}
    mine = listed(event)
    compared = ((likeness(mine, listed(other)), other) for other in _near(db, selector))
    found = [(how, other) for how, other in compared if how.flagged]
    return sorted(found, key=lambda each: (-each[0].bits, each[1]["_id"]))[:MOST_FLAGGED]


def candidates(event: Row) -> dict[str, Any]:
    """Those that may be of the same event, as the index of what events keep for this finds them."""
    return {"state": "published", "meets": {"$in": meeting.asked(event["meets"])}}


def _near(db: RawDatabase, selector: Row) -> Iterable[Row]:
    return db["events"].find(selector, FIELDS).limit(MOST_COMPARED)


def listed(event: Row) -> Listed:
    """A stored event as it is compared."""
    where = event.get("where") or {}
    point = where.get("point")
    links = {link(event.get("website")), link(event.get("online_url"))}
    return Listed(
        title=named(event["title"]),
        town=event["town"],
        timings=tuple((one["starts_at"], one["ends_at"]) for one in event["timings"]),
        place=named(where.get("name", {})),
        kind=event["kind"],
        venue_id=where.get("venue_id"),
        point=(point["lat"], point["lon"]) if point else None,
        links=frozenset(each for each in links if each),
        online=event.get("attendance") == "online",
        who=event["curator"]["id"],
        their_id=event.get("external_id"),
    )


def warning(how: Likeness, other: Row) -> dict[str, Any]:
    """What a curator is told of an event that theirs seems to be one with."""
    shown = {name: other[name] for name in ("title", "town", "festival_id", "curator")}
    return {"event_id": other["_id"], **shown, "reasons": list(how.reasons)}


def _open(pair: Row | None) -> bool:
    return pair is None or pair["state"] == "open"


def _other(pair: Row, event_id: str) -> str:
    return str(pair["second"] if pair["first"] == event_id else pair["first"])


def _keep(one: Row, other: Row, how: Likeness, known: Row | None, uow: UnitOfWork) -> None:
    concerned = {
        "festivals": sorted(
            {fest for each in (one, other) for fest in (each["festival_id"], *each.get("also_in", []))}
        ),
        "curators": sorted({each["curator"]["id"] for each in (one, other)}),
        "bits": how.bits,
        "reasons": list(how.reasons),
    }
    if known is not None:
        if any(known.get(name) != value for name, value in concerned.items()):
            uow.db["duplicates"].update_one({"_id": known["_id"]}, {"$set": concerned})
        return
    ids = sorted((str(one["_id"]), str(other["_id"])))
    pair = DuplicatePair(id=new_id(), first=ids[0], second=ids[1], events=ids, state="open", found_at=uow.now())
    for name, value in concerned.items():
        setattr(pair, name, value)
    pair.save(force_insert=True)
