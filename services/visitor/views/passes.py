"""Passes, stamp points, offers and vouchers as they are shown."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import segno

from kernel.errors import NotFound
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.visitor.line import known_town

Row = dict[str, Any]

STAMPS_SHOWN = 100
_HIDDEN = frozenset({"_id", "expires_at", "pass_id"})


def one(db: RawDatabase, row: Row) -> Row:
    """A pass with its latest stamps."""
    latest = db["stamps"].find({"pass_id": row["_id"]}).sort("at", -1).limit(STAMPS_SHOWN)
    return {
        "id": row["_id"],
        "made_at": row["made_at"],
        "expires_at": row["expires_at"],
        "stamps": count(db, row["_id"]),
        "latest": [{name: value for name, value in stamp.items() if name not in _HIDDEN} for stamp in latest],
    }


def count(db: RawDatabase, pass_id: str) -> int:
    """The stamps on a pass."""
    return db["stamps"].count_documents({"pass_id": pass_id})


def point_view(row: Row) -> Row:
    """A stamp point, with the key that phones check its stamps with."""
    shown = {name: value for name, value in row.items() if name not in ("_id", "opened_by")}
    return {"id": row["_id"], "closed_at": None, "town": None, **shown}


def list_points(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """Stamp points by id: what a phone keeps to check stamps without network."""
    chosen: Row = {}
    if query.get("town"):
        chosen["town"] = known_town(locality, query["town"]).slug
    if query.get("kind"):
        chosen["kind"] = query["kind"]
    return page(db["stamp_points"], chosen, sort=[], query=query, project=point_view)


def qr(db: RawDatabase, pass_id: str) -> bytes:
    """The id of a pass as a QR code (SVG), to be printed; raises ``NotFound``."""
    if db["passes"].find_one({"_id": pass_id}, {"_id": 1}) is None:
        raise NotFound("There is no pass with this id. Register it at /v1/passes.")
    out = io.BytesIO()
    segno.make(f"LNP0.{pass_id}", error="m").save(out, kind="svg", scale=6, dark="#0b2545", light="#fff")
    return out.getvalue()


def offer_view(row: Row) -> Row:
    """An offer."""
    shown = {name: value for name, value in row.items() if name not in ("_id", "issued")}
    return {"id": row["_id"], "left": max(0, row["vouchers"] - row["issued"]), **shown}


def list_offers(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """Offers that have not ended, those that end first before the others."""
    chosen: Row = {"ends_at": {"$gt": now}}
    if query.get("town"):
        chosen["town"] = known_town(locality, query["town"]).slug
    return page(db["offers"], chosen, sort=[("ends_at", 1)], query=query, project=offer_view)


def get_offer(db: RawDatabase, offer_id: str) -> Row:
    """One offer; raises ``NotFound``."""
    row = db["offers"].find_one({"_id": offer_id})
    if row is None:
        raise NotFound("There is no offer with this id. The offers are at /v1/offers.")
    return offer_view(row)


def voucher_view(row: Row, offer: Row) -> Row:
    """A voucher, with the offer it is for."""
    shown = {name: row[name] for name in ("uses_left", "issued_at")}
    return {"id": row["_id"], **shown, "offer": offer_view(offer)}
