"""What a command must find before it goes on; each refusal names the field and says where to look."""

from __future__ import annotations

from typing import Any

from kernel.auth import Actor
from kernel.errors import Conflict, Invalid, NotFound
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork

Row = dict[str, Any]

_MADE_HERE = frozenset({"logged_at", "logged_by", "made_at", "made_by", "recorded_at", "recorded_by"}) | {
    "created_by",
    "ambassador_ids",
    "offers",
}
"""What a record gets from this service, not from the desk that sends it."""
_COLLECTIONS = {"place": "places", "maker": "known_makers", "event": "known_events"}


def sailing(uow: UnitOfWork, sailing_id: str, field: str = "sailing_id") -> Row:
    """The sailing a body names."""
    row = uow.db["sailings"].find_one({"_id": sailing_id})
    if row is None:
        raise Invalid(
            "This sailing is not in the timetable.", errors={field: ["Use the id of a sailing from /v1/sailings."]}
        )
    return row


def target(uow: UnitOfWork, kind: str, target_id: str, field: str = "target_id", *, withdrawn_too: bool = False) -> Row:
    """The listing that someone is sent to or goes to: a place, a maker or an event that is in the guide.

    ``withdrawn_too``: it may have left the guide since, for what a desk did while it could not know.
    """
    row = uow.db[_COLLECTIONS[kind]].find_one({"_id": target_id})
    if row is None or (row.get("withdrawn") and not withdrawn_too) or (kind != "place" and not row.get("listing")):
        hint = f"Use the id of a listed {kind} from /v1/guide; a new listing gets there within seconds."
        raise Invalid(f"This {kind} is not in the guide.", errors={field: [hint]})
    return row


def found(uow: UnitOfWork, collection: str, identity: str, what: str) -> Row:
    """The object that a path names; raises ``NotFound``."""
    return found_in(uow.db, collection, identity, what)


def found_in(db: RawDatabase, collection: str, identity: str, what: str) -> Row:
    """The same outside of a unit of work."""
    row = db[collection].find_one({"_id": identity})
    if row is None:
        raise NotFound(f"There is no {what} with this id.")
    return row


def sent_before(uow: UnitOfWork, collection: str, wanted: Row, owner: str, actor: Actor) -> Row | None:
    """The record that was made when this one was sent before, or None.

    A desk makes its own ids, so that sending again after a lost answer changes nothing. Raises ``Conflict`` when the
    id belongs to a record of another account (``owner`` names that field) or one with other content.
    """
    row = uow.db[collection].find_one({"_id": wanted["_id"]})
    if row is None:
        return None
    content = {name: value for name, value in row.items() if name not in _MADE_HERE}
    if row[owner] != actor.id or content != wanted:
        raise Conflict("This id is taken by a record with other content. Make a new id for a new record.")
    return row
