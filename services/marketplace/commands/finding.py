"""The words that offerings are found by: their own, and those of the maker who offers them."""

from __future__ import annotations

from typing import Any

from pymongo import UpdateOne

from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork
from kernel.words import words_of
from services.marketplace.commands.meeting import touch_maker

Row = dict[str, Any]
MAX_LISTED = 500
"""Offerings of one maker that are on the list: as many as are found anew when the maker changes name or craft."""


def offering_words(offering: Row, maker: Row) -> list[str]:
    """What an offering is found by: title, maker, craft, materials, summary."""
    materials = [material["name"] for material in offering.get("materials") or []]
    return words_of([offering["title"], {"": maker["name"]}, maker["craft"], *materials, offering["summary"]])


def must_have_room(uow: UnitOfWork, maker_id: str) -> None:
    """Raise ``Conflict`` when this maker has as many offerings on the list as one may have."""
    touch_maker(uow, maker_id)
    if uow.db["offerings"].count_documents({"maker_id": maker_id, "status": "listed"}, limit=MAX_LISTED) >= MAX_LISTED:
        raise Conflict(f"A maker has at most {MAX_LISTED} offerings on the list; withdraw one first.")


def find_offerings_anew(uow: UnitOfWork, maker: Row) -> None:
    """Let what a maker has on the list be found by the name and craft that the maker has now, and by no former ones."""
    touch_maker(uow, maker["_id"])
    listed = uow.db["offerings"].find({"maker_id": maker["_id"], "status": "listed"}).limit(MAX_LISTED)
    changes = [UpdateOne({"_id": row["_id"]}, {"$set": {"words": offering_words(row, maker)}}) for row in listed]
    if changes:
        uow.db["offerings"].bulk_write(changes)
