"""The desk: enquiries, referrals and visits. What a desk sends twice happens once.

``at`` is when something happened that a desk without network kept and sent later; None: now. Each function makes all of
its checks before its first write, so one that refuses has written nothing, also in the midst of a larger transaction
(a referral inside an enquiry aside, which the desk's journal does not take).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.visitor import ReferralMade, VisitRecorded
from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.visitor import policies
from services.visitor.commands import lookups
from services.visitor.domain.timetable import local
from services.visitor.line import known_centre, known_town
from services.visitor.models import Enquiry, Referral, Visit
from services.visitor.views import desk

Row = dict[str, Any]


def log_enquiry(cmd: Command, uow: UnitOfWork, at: datetime | None = None) -> Row:
    """Log a question, and in the same breath where its asker was sent; nothing about the asker is kept."""
    body = dict(cmd.body)
    sent_to = body.pop("referral", None)
    wanted = _wanted(body)
    known_centre(uow.locality, body["centre_id"])
    before = lookups.sent_before(uow, "enquiries", wanted, "logged_by", cmd.actor)
    if before is not None:
        return desk.enquiry_view(before, _referral_of(uow, before, sent_to))
    if body.get("sailing_id"):
        lookups.sailing(uow, body["sailing_id"])
    enquiry = Enquiry(**_for_document(wanted), logged_at=at or uow.now(), logged_by=cmd.actor.id).save()
    row = enquiry.to_mongo().to_dict()
    referral = _refer(uow, cmd, row, sent_to) if sent_to else None
    return desk.enquiry_view(row, referral)


def refer(cmd: Command, uow: UnitOfWork, at: datetime | None = None) -> Row:
    """Send the asker of a logged enquiry to a maker, an event or a place."""
    body = dict(cmd.body)
    enquiry = uow.db["enquiries"].find_one({"_id": body.pop("enquiry_id")})
    if enquiry is None:
        raise Invalid("This enquiry was not logged.", errors={"enquiry_id": ["Log the enquiry first."]})
    return desk.referral_view(_refer(uow, cmd, enquiry, body, at))


def _refer(uow: UnitOfWork, cmd: Command, enquiry: Row, body: Row, at: datetime | None = None) -> Row:
    wanted = {**_wanted(body), "enquiry_id": enquiry["_id"], "centre_id": enquiry["centre_id"]}
    if enquiry.get("sailing_id"):
        wanted["sailing_id"] = enquiry["sailing_id"]
    before = lookups.sent_before(uow, "referrals", wanted, "made_by", cmd.actor)
    if before is not None:
        return before
    lookups.target(uow, body["target_kind"], body["target_id"], withdrawn_too=at is not None)
    referral = Referral(**_for_document(wanted), made_at=at or uow.now(), made_by=cmd.actor.id).save()
    uow.publish(
        ReferralMade(
            referral_id=referral.id,
            enquiry_id=referral.enquiry_id,
            centre_id=referral.centre_id,
            target_kind=referral.target_kind,
            target_id=referral.target_id,
            made_at=referral.made_at,
            sailing_id=referral.sailing_id,
        )
    )
    return referral.to_mongo().to_dict()


def _referral_of(uow: UnitOfWork, enquiry: Row, sent_to: Row | None) -> Row | None:
    """The referral that was made together with an enquiry sent before."""
    first = uow.db["referrals"].find_one({"enquiry_id": enquiry["_id"]}, sort=[("made_at", 1), ("_id", 1)])
    if sent_to is None:
        return first
    if first is None or any(first.get("_id" if name == "id" else name) != value for name, value in sent_to.items()):
        raise Conflict("This enquiry was logged before, without this referral. Send the referral to /v1/referrals.")
    return first


def record_visit(cmd: Command, uow: UnitOfWork, at: datetime | None = None) -> Row:
    """Record that passengers stopped in a town. A referral lends its target and its sailing to the visit."""
    body = dict(cmd.body)
    town = known_town(uow.locality, body["town"])
    day = _day_of_visit(uow, body, town.zone, at or uow.now())
    wanted = {**_wanted(body), "date": day}
    if body.get("referral_id"):
        wanted = {**_lent_by_referral(uow, body["referral_id"]), **wanted}
    policies.may_record(cmd.actor, wanted.get("target_kind"))
    before = lookups.sent_before(uow, "visits", wanted, "recorded_by", cmd.actor)
    if before is not None:
        return desk.visit_view(before)
    if wanted.get("sailing_id"):
        sailing = lookups.sailing(uow, wanted["sailing_id"])
        if town.slug not in (sailing["departure"]["town"], sailing["arrival"]["town"]):
            raise Invalid("That sailing does not call here.", errors={"sailing_id": [f"Use one of {town.slug}."]})
    if wanted.get("target_kind"):
        lookups.target(uow, wanted["target_kind"], wanted["target_id"], withdrawn_too=at is not None)
    visit = Visit(**_for_document(wanted), recorded_at=at or uow.now(), recorded_by=cmd.actor.id).save()
    uow.publish(
        VisitRecorded(
            visit_id=visit.id,
            town=visit.town,
            date=visit.date,
            party_size=visit.party_size,
            recorded_at=visit.recorded_at,
            sailing_id=visit.sailing_id,
            referral_id=visit.referral_id,
            target_kind=visit.target_kind,
            target_id=visit.target_id,
        )
    )
    return desk.visit_view(visit.to_mongo().to_dict())


def _day_of_visit(uow: UnitOfWork, body: Row, zone: str, at: datetime) -> str:
    """The day given; else the one this visit was first recorded for; else the day of ``at`` in its town."""
    today = local(at, zone).date()
    day = body.pop("date", None)
    if day is None:
        before = uow.db["visits"].find_one({"_id": body.get("id")}, {"date": 1})
        return before["date"] if before else today.isoformat()
    if day > today:
        raise Invalid("A visit is recorded when it has happened.", errors={"date": [f"At the latest {today}."]})
    return day.isoformat()


def _lent_by_referral(uow: UnitOfWork, referral_id: str) -> Row:
    referral = uow.db["referrals"].find_one({"_id": referral_id})
    if referral is None:
        raise Invalid("This referral was not made.", errors={"referral_id": ["Use a referral's id."]})
    return {name: referral[name] for name in ("target_kind", "target_id", "sailing_id") if referral.get(name)}


def _wanted(body: Row) -> Row:
    """The record to be, as the database keeps it: an id of its own where the desk gave none, nothing unfilled."""
    kept = {name: value for name, value in body.items() if value is not None and name != "id"}
    return {"_id": body.get("id") or new_id(), **kept}


def _for_document(wanted: Row) -> Row:
    return {("id" if name == "_id" else name): value for name, value in wanted.items()}
