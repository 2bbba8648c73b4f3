"""Offers and vouchers: each use of a voucher is redeemed once, also when two tills do it at the same moment."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.visitor import policies
from services.visitor.commands import lookups
from services.visitor.commands.passes import holder
from services.visitor.line import known_town
from services.visitor.pass_models import Offer
from services.visitor.views import passes

Row = dict[str, Any]

KEPT_FOR = timedelta(days=60)
"""How long vouchers and their uses stay after their offer has ended."""


def make_offer(cmd: Command, uow: UnitOfWork) -> Row:
    """Offer something to visitors who have a pass."""
    body = {name: value for name, value in cmd.body.items() if name != "id"}
    known_town(uow.locality, body["town"])
    identity, wanted = cmd.body.get("id") or new_id(), {**body, "made_by": cmd.actor.id}
    before = uow.db["offers"].find_one({"_id": identity})
    if before is not None:
        if any(before[name] != value for name, value in wanted.items()):
            raise Conflict("This id is taken by another offer. Make a new id for a new one.")
        return passes.offer_view(before)
    if body["ends_at"] <= max(body["starts_at"], uow.now()):
        raise Invalid("This offer would never hold.", errors={"ends_at": ["After its start, and in the future."]})
    offer = Offer(id=identity, **wanted, issued=0, made_at=uow.now()).save()
    return passes.offer_view(offer.to_mongo().to_dict())


def issue_voucher(cmd: Command, uow: UnitOfWork) -> Row:
    """Give a pass its voucher of an offer; asking again gives the same one."""
    offer = lookups.found(uow, "offers", cmd.path["offer_id"], "offer")
    pass_id = cmd.body["pass_id"]
    holder(uow, pass_id, cmd.body["code"])
    row = uow.db["vouchers"].find_one({"offer_id": offer["_id"], "pass_id": pass_id})
    if row is None:
        _check_due(uow, offer, pass_id)
        uow.db["offers"].update_one({"_id": offer["_id"]}, {"$inc": {"issued": 1}})
        offer["issued"] += 1
        row = {
            "_id": secrets.token_urlsafe(16),
            "offer_id": offer["_id"],
            "pass_id": pass_id,
            "uses_left": offer["uses"],
            "issued_at": uow.now(),
            "expires_at": offer["ends_at"] + KEPT_FOR,
        }
        uow.db["vouchers"].insert_one(row)
    return passes.voucher_view(row, offer)


def _check_due(uow: UnitOfWork, offer: Row, pass_id: str) -> None:
    if uow.now() >= offer["ends_at"]:
        raise Conflict("This offer has ended.")
    if offer["issued"] >= offer["vouchers"]:
        raise Conflict("All vouchers of this offer are given out.")
    missing = offer["stamps_needed"] - passes.count(uow.db, pass_id)
    if missing > 0:
        raise Conflict(f"This offer is for {offer['stamps_needed']} stamps: {missing} more to collect.")


def redeem(cmd: Command, uow: UnitOfWork) -> Row:
    """Use a voucher once at a till, under an id that the till made: sent again, it is the same use.

    Two tills that redeem the last use at the same moment write the same voucher: MongoDB lets one of them commit and
    runs the other again, which finds nothing left.
    """
    voucher = lookups.found(uow, "vouchers", cmd.path["voucher_id"], "voucher")
    offer = lookups.found(uow, "offers", voucher["offer_id"], "offer")
    policies.may_redeem(cmd.actor, offer)
    wanted = {"voucher_id": voucher["_id"], "redeemed_by": cmd.actor.id}
    before = uow.db["redemptions"].find_one({"_id": cmd.body["id"]})
    if before is not None:
        if any(before[name] != value for name, value in wanted.items()):
            raise Conflict("This id is taken by another use. Make a new id for each use.")
        return _use(before, voucher, offer)
    if not offer["starts_at"] <= uow.now() < offer["ends_at"]:
        raise Conflict("This offer does not hold now.")
    if voucher["uses_left"] < 1:
        raise Conflict("Nothing is left on this voucher: it was redeemed before.")
    uow.db["vouchers"].update_one({"_id": voucher["_id"]}, {"$inc": {"uses_left": -1}})
    voucher["uses_left"] -= 1
    kept = {"offer_id": offer["_id"], "redeemed_at": uow.now(), "expires_at": voucher["expires_at"]}
    row = {"_id": cmd.body["id"], **wanted, **kept}
    uow.db["redemptions"].insert_one(row)
    return _use(row, voucher, offer)


def _use(row: Row, voucher: Row, offer: Row) -> Row:
    return {
        "id": row["_id"],
        "redeemed_at": row["redeemed_at"],
        "redeemed_by": row["redeemed_by"],
        "voucher": passes.voucher_view(voucher, offer),
    }
