"""Visitor passes and the stamps on them. Two phones may tell of one stamp, each as often as it likes: it is one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.visitor import policies
from services.visitor.commands import lookups
from services.visitor.domain import stamps
from services.visitor.domain.timetable import local
from services.visitor.line import known_centre, zone_at
from services.visitor.pass_models import StampPoint
from services.visitor.views import passes

Row = dict[str, Any]

KEPT_FOR = timedelta(days=400)
"""How long passes and stamps stay: until the same festival next year."""


def make_pass(cmd: Command, uow: UnitOfWork) -> Row:
    """Register the pass of a phone's key; registering it again changes nothing."""
    pass_id = stamps.pass_id_of(_key(cmd.body["public_key"]))
    row = uow.db["passes"].find_one({"_id": pass_id})
    if row is None:
        row = {"_id": pass_id, "made_at": uow.now(), "expires_at": uow.now() + KEPT_FOR}
        uow.db["passes"].insert_one(row)
    return passes.one(uow.db, row)


def open_point(cmd: Command, uow: UnitOfWork) -> Row:
    """Let a phone give stamps at a centre, a maker's studio or an event. Sending it again changes nothing."""
    body = cmd.body
    key = stamps.key_text(_key(body["public_key"]))
    identity = body.get("id") or new_id()
    place = _place(uow, body["kind"], body["target_id"])
    policies.may_open_point(cmd.actor, body["kind"])
    wanted = {"kind": body["kind"], "target_id": body["target_id"], "public_key": key, "opened_by": cmd.actor.id}
    row = uow.db["stamp_points"].find_one({"_id": identity})
    if row is None:
        StampPoint(id=identity, **wanted, **place, opened_at=uow.now()).save()
        row = uow.db["stamp_points"].find_one({"_id": identity})
    elif any(row.get(name) != value for name, value in wanted.items()):
        raise Conflict("This id is taken by another stamp point. Make a new id for a new one.")
    return passes.point_view(row)


def close_point(cmd: Command, uow: UnitOfWork) -> Row:
    """Let a phone give no more stamps, e.g. one that was lost; those it gave before stay good."""
    row = lookups.found(uow, "stamp_points", cmd.path["point_id"], "stamp point")
    policies.may_close_point(cmd.actor, row)
    if row.get("closed_at") is None:
        row["closed_at"] = uow.now()
        uow.db["stamp_points"].update_one({"_id": row["_id"]}, {"$set": {"closed_at": row["closed_at"]}})
    return passes.point_view(row)


def merge_stamps(cmd: Command, uow: UnitOfWork) -> Row:
    """Take what a visitor's phone collected; each code for itself, so that one bad one loses no other."""
    pass_id, codes = cmd.path["pass_id"], cmd.body["codes"]
    _registered(uow, pass_id)
    refused, new = [], 0
    points: dict[str, Row] = {}
    for index, code in enumerate(codes):
        try:
            new += collect(uow, code, points, pass_id=pass_id)
        except stamps.CodeRefused as reason:
            refused.append({"index": index, "detail": str(reason)})
    return {"new": new, "refused": refused, "stamps": passes.count(uow.db, pass_id)}


def stamp_from_desk(cmd: Command, uow: UnitOfWork, at: datetime) -> Row:
    """Take a stamp that a desk wrote into its journal, whether or not the pass was registered yet."""
    del at
    try:
        collect(uow, cmd.body["code"], {})
    except stamps.CodeRefused as reason:
        raise Invalid("This is no stamp of ours.", errors={"code": [f"Refused: {reason}."]}) from reason
    return {}


def collect(uow: UnitOfWork, code: str, points: dict[str, Row], *, pass_id: str | None = None) -> bool:
    """Keep the stamp in ``code`` and say whether it is new. Raises ``CodeRefused`` before anything is written.

    ``points`` holds the stamp points that codes of the same request named.
    """

    def key_of(point_id: str) -> bytes | None:
        if point_id not in points:
            points[point_id] = uow.db["stamp_points"].find_one({"_id": point_id}) or {}
        key = points[point_id].get("public_key")
        return stamps.key_bytes(key) if key else None

    found = stamps.read_stamp(code, key_of)
    point = points[found.point_id]
    if pass_id is not None and found.pass_id != pass_id:
        raise stamps.CodeRefused("a stamp for another pass")
    if found.at > uow.now() + stamps.CLOCKS_DIFFER:
        raise stamps.CodeRefused("from the future")
    if found.at < point["opened_at"] - stamps.MAX_AGE:
        raise stamps.CodeRefused("from before the stamp point opened")
    if point.get("closed_at") and found.at > point["closed_at"]:
        raise stamps.CodeRefused("from after the stamp point closed")
    day = local(found.at, point["zone"]).date().isoformat()
    told = {name: point[name] for name in ("kind", "target_id", "name")}
    kept = {**told, "pass_id": found.pass_id, "point_id": found.point_id, "date": day, "at": found.at}
    identity = f"{found.pass_id}:{point['kind']}:{point['target_id']}:{day}"
    done = uow.db["stamps"].update_one(
        {"_id": identity}, {"$setOnInsert": {**kept, "expires_at": found.at + KEPT_FOR}}, upsert=True
    )
    return done.upserted_id is not None


def holder(uow: UnitOfWork, pass_id: str, code: str) -> Row:
    """The pass, shown by the phone that has its key; raises ``Invalid`` for a code that is not fresh or not its own."""
    row = _registered(uow, pass_id)
    try:
        shown = stamps.presented(code, uow.now())
    except stamps.CodeRefused as reason:
        raise Invalid("The code of the pass is not good.", errors={"code": [f"Show it anew: {reason}."]}) from reason
    if shown != pass_id:
        raise Invalid("The code of the pass is not good.", errors={"code": ["It is the code of another pass."]})
    return row


def show_pass(cmd: Command, uow: UnitOfWork) -> Row:
    """A pass and its stamps, for the phone that has its key."""
    return passes.one(uow.db, holder(uow, cmd.path["pass_id"], cmd.body["code"]))


def _registered(uow: UnitOfWork, pass_id: str) -> Row:
    row = uow.db["passes"].find_one({"_id": pass_id})
    if row is None:
        raise NotFound("There is no pass with this id. Register it at /v1/passes.")
    return row


def _key(text: str) -> bytes:
    try:
        return stamps.key_bytes(text)
    except stamps.CodeRefused as reason:
        wrong = "An Ed25519 public key: 32 bytes in base64url, 43 characters."
        raise Invalid("This is no public key.", errors={"public_key": [wrong]}) from reason


def _place(uow: UnitOfWork, kind: str, target_id: str) -> Row:
    if kind == "centre":
        centre = known_centre(uow.locality, target_id)
        return {"town": centre.town, "zone": zone_at(uow.locality, centre), "name": centre.name}
    listing = lookups.target(uow, kind, target_id)["listing"]
    town = uow.locality.town(listing["town"]) or uow.locality.towns[0]
    name = listing.get("title") or {"und": listing["name"]}
    return {"town": town.slug, "zone": town.zone, "name": name}
