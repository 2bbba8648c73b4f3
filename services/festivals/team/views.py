"""The people of a festival and what is proposed to them, as those see it who may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kernel.auth import Actor
from kernel.errors import NotFound
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.festivals import views
from services.festivals.desk import codes
from services.festivals.domain.roles import DECIDES
from services.festivals.team import membership

Row = Mapping[str, Any]

SAYS: dict[str, dict[str, str]] = {
    "proposed": {
        "en": "The festival's curators have your proposal and will decide.",
        "fr": "Votre proposition est chez les programmateurs du festival, qui vont décider.",
    },
    "published": {"en": "Your event is in the programme.", "fr": "Votre événement est au programme."},
    "refused": {
        "en": "The festival's curators did not take your event; their reason is below. You can propose another.",
        "fr": "Les programmateurs n'ont pas retenu votre événement ; leur raison figure ci-dessous. "
        "Vous pouvez en proposer un autre.",
    },
    "withdrawn": {"en": "Your event was taken back.", "fr": "Votre événement a été retiré."},
}
"""What became of a proposal, for who made it."""


def list_members(db: RawDatabase, festival_id: str, query: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The people of a festival. Raises NotFound and Forbidden."""
    membership.may_read(db, actor, festival_id)
    selector = {"festival_id": festival_id}
    return page(db["memberships"], selector, sort=[("_id", 1)], query=query, project=membership.member_view)


def list_proposals(
    db: RawDatabase, festival_id: str, query: Mapping[str, Any], actor: Actor, locality: Locality, now: datetime
) -> dict[str, Any]:
    """What is proposed to a festival, oldest first; who proposed it and how to reach them only for its curators."""
    standing = membership.may_read(db, actor, festival_id)
    selector = {"festival_id": festival_id} | ({} if query.get("open") is None else {"open": query["open"]})
    found = page(db["proposals"], selector, sort=[("proposed_at", 1)], query=query)
    events = list(db["events"].find({"_id": {"$in": [row["_id"] for row in found["items"]]}}, views.HIDDEN))
    context = views.context_of(db, events, locality, now)
    shown = {row["_id"]: views.event_view(row, context) for row in events}
    contact = ("name", "email") if standing in DECIDES else ()
    items = [proposal_view(row, contact) | {"event": shown.get(row["_id"])} for row in found["items"]]
    return {**found, "items": items}


def get_proposal(db: RawDatabase, code: str) -> dict[str, Any]:
    """What became of a proposal, for whoever has its code. Raises NotFound."""
    row = db["proposals"].find_one({"code_digest": codes.digest_of_code(code)})
    event = row and db["events"].find_one({"_id": row["_id"]}, {"state": 1, "title": 1})
    if not row or not event:
        raise NotFound("No proposal has this code. Codes are erased some time after the decision or the event.")
    return proposal_view(row, ()) | {"state": event["state"], "title": event["title"], "says": SAYS[event["state"]]}


def proposal_view(row: Row, contact: tuple[str, ...]) -> dict[str, Any]:
    """A proposal and its decision."""
    return {
        "event_id": row["_id"],
        "festival_id": row["festival_id"],
        "proposed_at": row["proposed_at"],
        "open": row["open"],
        "decision": row.get("decision"),
        "decided_at": row.get("decided_at"),
        "reason": row.get("reason") or {},
        **{name: row.get(name) for name in contact},
    }
