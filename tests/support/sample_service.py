"""A service small enough to hold in the head, to test the kernel with: counters, and a tally of what was counted.

It reacts to its own events, as another service would react to them.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from mongoengine import Document, IntField, ListField, StringField

from contracts.base import Event, Identifier
from kernel.auth import require
from kernel.commands import Command
from kernel.errors import NotFound
from kernel.http import Blueprint, execute, require_match, runtime
from kernel.mongo import document_meta
from kernel.pagination import page
from kernel.schemas import Identifier as IdentifierField
from kernel.schemas import PageQuery, StrictSchema, TextMap, Whole, page_of
from kernel.service import Service
from kernel.unit_of_work import UnitOfWork


class Counted(Event, frozen=True, kw_only=True):
    """A counter went up; carries where it stands."""

    TYPE = "sample.counter.counted.v1"
    KEY = "counter_id"

    counter_id: Identifier
    value: int
    by: int


class Counter(Document):  # type: ignore[misc]
    """Something that is counted."""

    id = StringField(primary_key=True)
    value = IntField(default=0, min_value=0)
    label = StringField(unique=True, sparse=True, max_length=50)

    meta = document_meta("sample", "counters", indexes=["value"])


class Tally(Document):  # type: ignore[misc]
    """What the events said about a counter: a projection."""

    id = StringField(primary_key=True)
    value = IntField(default=0)
    seen = ListField(IntField())

    meta = document_meta("sample", "tallies")


def count_up(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Add ``by`` to a counter, which begins at 0, and say so."""
    counter = Counter.objects(id=cmd.path["counter_id"]).first() or Counter(id=cmd.path["counter_id"])
    counter.value += cmd.body["by"]
    counter.save()
    uow.publish(Counted(counter_id=counter.id, value=counter.value, by=cmd.body["by"]))
    return {"id": counter.id, "value": counter.value, "by": cmd.body["by"], "actor": cmd.actor.id}


def name_counter(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Give a counter a label that no other one has; ``If-Match`` may name the value it was read with."""
    counter = Counter.objects(id=cmd.path["counter_id"]).first()
    if counter is None:
        raise NotFound("There is no such counter.")
    require_match(counter.value)
    counter.label = cmd.body["label"]
    counter.save()
    return {"id": counter.id, "value": counter.value, "at": uow.now()}


def on_counted(event: Counted, uow: UnitOfWork) -> None:
    """Keep what the event says, and the order in which it was said."""
    uow.db.tallies.update_one(
        {"_id": event.counter_id}, {"$set": {"value": event.value}, "$push": {"seen": event.value}}, upsert=True
    )


class CountUp(StrictSchema):
    """How far to count up."""

    by = Whole(1, 1000, load_default=1)
    note = fields.String()
    text = TextMap(max_length=20)
    names = fields.List(fields.String())


class LabelDraft(StrictSchema):
    """The label of a counter."""

    label = fields.String(required=True)


class CounterView(StrictSchema):
    """A counter."""

    id = IdentifierField(required=True)
    value = fields.Integer(required=True)
    actor = fields.String()


class CounterFilter(PageQuery):
    """Which counters to list."""

    minimum = fields.Integer()


blueprint = Blueprint("counters", __name__, url_prefix="/v1", description="Counters.")


@blueprint.route("/counters/<counter_id>/count", methods=["POST"])
@blueprint.arguments(CountUp)
@blueprint.response(201, CounterView)
def count_counter(body: dict[str, Any], counter_id: str) -> dict[str, Any]:
    """Count up; anyone may."""
    return execute(count_up, body, counter_id=counter_id)


@blueprint.route("/counters/<counter_id>", methods=["PATCH"])
@require("curator", "operator")
@blueprint.arguments(LabelDraft)
@blueprint.response(200, CounterView)
def label_counter(body: dict[str, Any], counter_id: str) -> dict[str, Any]:
    """Label a counter; curators and operators may."""
    return execute(name_counter, body, counter_id=counter_id)


@blueprint.route("/counters")
@blueprint.arguments(CounterFilter, location="query")
@blueprint.response(200, page_of(CounterView))
def list_counters(query: dict[str, Any]) -> dict[str, Any]:
    """All counters, lowest first."""
    selector = {"value": {"$gte": query["minimum"]}} if "minimum" in query else {}
    return page(runtime().db.counters, selector, sort=[("value", 1)], query=query, project=_view)


@blueprint.route("/counters/<counter_id>", methods=["GET"])
@blueprint.response(200, CounterView)
def get_counter(counter_id: str) -> dict[str, Any]:
    """One counter."""
    row = runtime().db.counters.find_one({"_id": counter_id})
    if row is None:
        raise NotFound("There is no such counter.")
    return _view(row)


def _view(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["_id"], "value": row["value"]}


service = Service(
    name="sample",
    title="Counters",
    api=[blueprint],
    documents=[Counter],
    projections=[Tally],
    publishes=[Counted],
    reacts={Counted: on_counted},
)
