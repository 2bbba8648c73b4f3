"""Statements of income: the ledger added up at the moment it is asked for, so a sale shows at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.marketplace import policies, views
from services.marketplace.checks import currencies_of
from services.marketplace.domain.money import with_zeros

SUMS = ("units", "price", "commission", "income")


def statement(db: RawDatabase, locality: Locality, query: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """A maker's income by currency and source, zeros from the day they joined on, with the entries behind it.

    ``totals`` and ``by_currency`` are over all entries, ``entries`` is a page of them, the latest first. Amounts are
    in minor units. Only the maker's members and operators see it.
    """
    maker_id = query["maker_id"]
    maker = policies.may_see_statement(actor, db["makers"].find_one({"_id": maker_id}), maker_id)
    totals = with_zeros(_sums(db, maker_id), currencies_of(locality))
    entries = page(db["ledger"], {"maker_id": maker_id}, sort=[("sold_at", -1)], query=query, project=views.sale)
    return {
        "maker_id": maker_id,
        "since": maker["joined_at"],
        "totals": totals,
        "by_currency": _by_currency(totals),
        "entries": entries["items"],
        "next_cursor": entries["next_cursor"],
    }


def _sums(db: RawDatabase, maker_id: str) -> list[dict[str, Any]]:
    summed = {
        "units": {"$sum": "$quantity"},
        "sales": {"$sum": 1},
        **{name: {"$sum": f"${name}"} for name in SUMS[1:]},
    }
    groups = db["ledger"].aggregate(
        [
            {"$match": {"maker_id": maker_id}},
            {"$group": {"_id": {"currency": "$currency", "source": "$source"}, **summed}},
        ]
    )
    return [{**group.pop("_id"), **group} for group in groups]


def _by_currency(totals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = {}
    for row in totals:
        line = sums.setdefault(row["currency"], {"currency": row["currency"], "sales": 0, **dict.fromkeys(SUMS, 0)})
        for name in ("sales", *SUMS):
            line[name] += row[name]
    return list(sums.values())
