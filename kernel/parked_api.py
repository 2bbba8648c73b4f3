"""The routes by which an operator sees to parked events: list, show, redrive, discard; every act is kept.

Each service has them under ``/v1/parked/<service>``. An id holds characters that no path can, so it travels in the
query or the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import current_app
from marshmallow import fields, validate

from kernel import parking, redrive
from kernel.auth import current_actor, require
from kernel.blueprint import Blueprint
from kernel.commands import Command
from kernel.delivery import Reader
from kernel.errors import NotFound
from kernel.pagination import page
from kernel.schemas import Instant, PageQuery, StrictSchema, page_of
from kernel.service import Service
from kernel.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from kernel.runtime import Runtime

ROLE = "operator"
AT_ONCE = 200
"""Most events that one request applies; the answer says how many are left."""
LONGEST_ID = 1000
SHOWN_BYTES = 64 * 1024
"""Most bytes of an event that are shown."""


class ParkedFilter(PageQuery):
    """Which parked events: all in the order of their keys, or those of one fault, oldest first."""

    fingerprint = fields.String(validate=validate.Regexp(r"^[\w-]{1,64}\Z", error="Use a fingerprint as listed."))


class ParkedId(StrictSchema):
    """One parked event."""

    id = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_ID))


class ParkedView(StrictSchema):
    """A parked event; ``reason`` ``behind`` means that an earlier one of its key is parked."""

    id = fields.String(required=True)
    key = fields.String(required=True)
    place = fields.Integer(required=True)
    reason = fields.String(required=True)
    error = fields.String(required=True)
    fingerprint = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    topic = fields.String(required=True)
    partition = fields.Integer(required=True)
    offset = fields.Integer(required=True)
    attempts = fields.Integer(required=True)
    parked_at = Instant(required=True)


class ParkedRecord(ParkedView):
    """A parked event in full: what it says, as far as it is text."""

    value = fields.String(required=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class RedriveOrder(StrictSchema):
    """Which keys to redrive: all, or those that one fault has parked."""

    fingerprint = fields.String(validate=validate.Regexp(r"^[\w-]{1,64}\Z", error="Use a fingerprint as listed."))


class RedriveOutcome(StrictSchema):
    """How many were applied, how many of their keys' events are left, and why keys have stopped."""

    applied = fields.Integer(required=True)
    left = fields.Integer(required=True)
    stopped = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class DiscardOrder(ParkedId):
    """Which one to take out without applying it, and why."""

    reason = fields.String(required=True, validate=validate.Length(min=3, max=500))


class Discarded(StrictSchema):
    """What was discarded."""

    id = fields.String(required=True)


def view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A parked event as it is listed."""
    same = ("place", "reason", "error", "fingerprint", "type", "attempts", "parked_at")
    key = bytes(row["key"]).decode(errors="replace")
    return {"id": row["_id"], "key": key, **row["origin"], **{name: row[name] for name in same}}


def record(row: Mapping[str, Any]) -> dict[str, Any]:
    """A parked event in full."""
    value = bytes(row["value"] or b"")[:SHOWN_BYTES].decode(errors="replace")
    return {**view(row), "value": value, "headers": {k: bytes(v).decode(errors="replace") for k, v in row["headers"]}}


def discard_one(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take one out of the lot without applying it. Raises NotFound."""
    if not redrive.discard_in(uow, cmd.body["id"], operator=cmd.actor.id, reason=cmd.body["reason"]):
        raise NotFound("Nothing is parked under this id any more.")
    return {"id": cmd.body["id"]}


def parked_blueprint(service: Service) -> Blueprint:
    """The routes for the events that ``service`` has parked."""
    from kernel.http import execute

    blp = Blueprint("parked", __name__, url_prefix=f"/v1/parked/{service.name}", description="Parked events.")

    def lot() -> Runtime:
        found: Runtime = current_app.extensions["runtime"]
        return found

    @blp.route("")
    @require(ROLE)
    @blp.arguments(ParkedFilter, location="query")
    @blp.response(200, page_of(ParkedView))
    def list_parked(query: dict[str, Any]) -> dict[str, Any]:
        """Events that could not be handled."""
        mark = query.get("fingerprint")
        sort = [("parked_at", 1)] if mark else [("lane", 1), ("place", 1)]
        match = {"fingerprint": mark} if mark else {}
        rows = lot().db[parking.PARKED]
        return page(rows, match, sort=sort, query=query, project=view, fields={"value": 0, "headers": 0})

    @blp.route("/record")
    @require(ROLE)
    @blp.arguments(ParkedId, location="query")
    @blp.response(200, ParkedRecord)
    def show_parked(query: dict[str, Any]) -> dict[str, Any]:
        """One of them in full."""
        row = lot().db[parking.PARKED].find_one({"_id": query["id"]})
        if row is None:
            raise NotFound("Nothing is parked under this id any more.")
        return record(row)

    @blp.route("/redrive", methods=["POST"])
    @require(ROLE)
    @blp.arguments(RedriveOrder)
    @blp.response(200, RedriveOutcome)
    def redrive_parked(body: dict[str, Any]) -> dict[str, Any]:
        """Apply them in the order of their keys; a key stops at the first that still cannot be handled."""
        reader = Reader(service, dict(service.reacts))
        outcome = redrive.redrive(lot().store, reader, operator=current_actor().id, match=dict(body), most=AT_ONCE)
        return {"applied": outcome.applied, "left": outcome.left, "stopped": outcome.stopped}

    @blp.route("/discard", methods=["POST"])
    @require(ROLE)
    @blp.arguments(DiscardOrder)
    @blp.response(200, Discarded)
    def discard_parked(body: dict[str, Any]) -> dict[str, Any]:
        """Take one out without applying it; it is kept with the reason and who did it."""
        return execute(discard_one, body)

    return blp
