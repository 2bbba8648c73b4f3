"""An item's public passport: what was signed about it, read back and checked each time it is shown."""

from __future__ import annotations

from typing import Any

from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.marketplace.domain.passport import Head, hands, verify_chain
from services.marketplace.keys import key_ring
from services.marketplace.views import found

Row = dict[str, Any]


def passport(db: RawDatabase, locality: Locality, item_id: str) -> Row:
    """Who made the item, where, when, of what, and through whose hands it went; and the signed entries that say so.

    Everything shown of the item is taken from its signed entries. ``problems`` is empty and ``intact`` true when the
    entries are exactly what was signed; otherwise it says what does not fit, and the page must say so too.
    """
    item = found(db, "items", item_id, "item")
    rows = db["passport_entries"].find({"item_id": item_id}, {"entry": 1}).sort("sequence", 1)
    entries = [row["entry"] for row in rows]
    head, ring = Head(**item["head"]), key_ring()
    problems = verify_chain(entries, head, ring.public)
    about: Row = next((entry["about"] for entry in entries if "about" in entry), {})
    maker = about.get("maker", {})
    return {
        "item_id": item_id,
        "offering_id": item["offering_id"],
        "title": about.get("title", {}),
        "maker": maker,
        "town": maker.get("town"),
        "town_name": _town_name(locality, maker.get("town")),
        "made_in": about.get("made_in", {}),
        "made_on": about.get("made_on"),
        "materials": about.get("materials", []),
        "sold": any(entry.get("holder") == {"kind": "buyer"} for entry in entries),
        "hands": hands(entries),
        "intact": not problems,
        "problems": problems,
        "entries": entries,
        "head": vars(head),
        "keys": ring.jwks(),
        "synthetic": item["synthetic"],
    }


def _town_name(locality: Locality, slug: str | None) -> dict[str, str]:
    town = locality.town(slug) if slug else None
    return town.name if town else {}
