"""Places collected from files of several sources, put together field by field; what a person entered stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from kernel.errors import Invalid
from kernel.ids import new_id
from kernel.locality import Locality
from kernel.unit_of_work import Store, UnitOfWork
from kernel.words import fold
from services.visitor.commands.places import RESERVED, announce, entered_here, plain_hours
from services.visitor.domain.place_files import FileRow
from services.visitor.domain.place_merge import NEAR_METRES, Fields, Record, flat, merged, metres_between, nested
from services.visitor.line import known_town
from services.visitor.models import Place, PlaceRecord
from services.visitor.models import Point as At

Row = dict[str, Any]
Checked = tuple[Row, dict[str, str]]
"""A row as its schema gives it, and the problems by field."""

CHUNK = 200
"""Rows taken in one transaction."""
RESULTS = ("new", "merged", "changed", "unchanged", "refused")
_NEEDED = {"name": "in at least one language", "point": "as lat and lon", "kind": "as a schema.org type"}
_A_DEGREE = 0.005


def import_places(
    store: Store,
    rows: Sequence[FileRow],
    check: Callable[[Row], Checked],
    source: Row,
    by: str,
    traceparent: str | None,
) -> Row:
    """Take the rows of a file and report what became of each. Taking it again changes nothing.

    ``source`` names ``source``, ``licence`` and maybe the ``town`` of rows that name none. A row belongs to the place
    it made before; else to the one it names; else to one of the same name within 150 m, unless this source has a row
    for that; else it makes a new one. A place whose row has left the file stays. Raises ``Invalid`` for a town that is
    not ours.
    """
    if source.get("town"):
        known_town(store.locality, source["town"])
    reports: list[Row] = []
    for start in range(0, len(rows), CHUNK):
        part = [(row, *_checked(store.locality, row, check, source)) for row in rows[start : start + CHUNK]]
        reports += store.transact(lambda uow, part=part: _take(uow, part, source, by), traceparent=traceparent)
    counts = Counter(report["result"] for report in reports)
    return {
        "source": source["source"],
        "licence": source["licence"],
        "counts": {name: counts[name] for name in RESULTS},
        "rows": reports,
    }


def _checked(locality: Locality, row: FileRow, check: Callable[[Row], Checked], source: Row) -> Checked:
    values, problems = check(row.values) if row.values or not row.problems else ({}, {})
    values.setdefault("town", source.get("town"))
    towns = [town.slug for town in locality.towns]
    if not problems and not row.problems and values["town"] not in towns:
        problems = {"town": f"must be one of {', '.join(towns)}"}
    return values, {**problems, **row.problems}


def _take(uow: UnitOfWork, part: list[tuple[FileRow, Row, dict[str, str]]], source: Row, by: str) -> list[Row]:
    reports: list[Row] = []
    seen: set[str] = set()
    for row, values, wrong in part:
        problems = wrong
        if not wrong and values["id"] in seen:
            problems = {"id": "stands here a second time"}
        seen.add(str(values.get("id")))
        place_id, result = None, "refused"
        if not problems:
            try:
                place_id, result = _one(uow, values, source, by)
            except Invalid as error:
                problems = {name: " ".join(said) for name, said in error.errors.items()}
        told = [{"field": name, "problem": problem} for name, problem in problems.items()]
        identity = row.values.get("id")
        reports.append(
            {
                "row": row.number,
                "id": str(identity)[:200] if identity is not None else None,
                "place_id": place_id,
                "result": result,
                "problems": told,
            }
        )
    return reports


def _one(uow: UnitOfWork, values: Row, source: Row, by: str) -> tuple[str, str]:
    """Take one row; returns its place and what became of it."""
    record_id = f"{source['source']}:{values['id']}"
    fields = _fields(values)
    before = uow.db["place_records"].find_one({"_id": record_id})
    if before and before["fields"] == fields and before["licence"] == source["licence"]:
        return before["place_id"], "unchanged"
    place = uow.db["places"].find_one({"_id": before["place_id"]}) if before else _same_place(uow, values, source)
    _check_whole(_as_merged(uow, place, record_id, Record(source["source"], source["licence"], fields)))
    place_id = place["_id"] if place else _new_id(uow, values)
    PlaceRecord(
        id=record_id,
        place_id=place_id,
        source=source["source"],
        licence=source["licence"],
        fields=fields,
        imported_at=uow.now(),
        imported_by=by,
    ).save()
    changed = put_together(uow, place_id, values["town"], by)
    if place is None:
        return place_id, "new"
    return place_id, ("changed" if changed else "unchanged") if before else "merged"


def put_together(uow: UnitOfWork, place_id: str, town: str, by: str) -> bool:
    """Make a place anew of what people and sources say of it; announces it if that changed it. Returns whether."""
    records = [_record(row) for row in uow.db["place_records"].find({"place_id": place_id}).sort("_id", 1)]
    row = uow.db["places"].find_one({"_id": place_id})
    here = entered_here(row) if row else []
    known = flat(row) if row else {}
    fields, origins = merged({path: known.get(path) for path in here}, records)
    if row and fields == known and origins == row.get("origins", {}):
        return False
    new = {"id": place_id, "town": town, "listed_by": by, "listed_at": uow.now()}
    place = Place.objects.get(id=place_id) if row else Place(**new)
    for name, value in nested(fields).items():
        setattr(place, name, At(**value) if name == "point" else value)
    place.origins, place.by_hand = origins, here
    announce(place, uow)
    return True


def _as_merged(uow: UnitOfWork, place: Row | None, record_id: str, record: Record) -> Fields:
    """What would be known of a place with this record, instead of the one of that id, if any."""
    if place is None:
        return record.fields
    others = uow.db["place_records"].find({"place_id": place["_id"], "_id": {"$ne": record_id}})
    known = flat(place)
    return merged({path: known.get(path) for path in entered_here(place)}, [*map(_record, others), record])[0]


def _record(row: Row) -> Record:
    return Record(row["source"], row["licence"], row["fields"])


def _fields(values: Row) -> Fields:
    plain = dict(values)
    if plain.get("hours"):
        plain["hours"] = plain_hours(plain["hours"])
    if plain.get("verified_on"):
        plain["verified_on"] = plain["verified_on"].isoformat()
    return flat(plain)


def _check_whole(fields: Fields) -> None:
    having = {path.split("/")[0] for path in fields}
    missing = {
        name: [f"is needed, {how}: no other source has it"] for name, how in _NEEDED.items() if name not in having
    }
    if missing:
        raise Invalid("A place needs more.", errors=missing)


def _same_place(uow: UnitOfWork, values: Row, source: Row) -> Row | None:
    if values.get("place_id"):
        named: Row | None = uow.db["places"].find_one({"_id": values["place_id"], "town": values["town"]})
        if named is None:
            raise Invalid("No such place.", errors={"place_id": [f"is the id of no place in {values['town']}"]})
        return named
    point = values.get("point")
    if point is None:
        return None
    near = {
        "town": values["town"],
        "point.lat": {"$gte": point["lat"] - _A_DEGREE, "$lte": point["lat"] + _A_DEGREE},
    }
    names = {fold(name) for name in (values.get("name") or {}).values()}
    for row in uow.db["places"].find(near).sort("_id", 1):
        same_name = names & {fold(name) for name in row["name"].values()}
        if same_name and metres_between(point, row["point"]) <= NEAR_METRES:
            of_this_source = {"place_id": row["_id"], "source": source["source"]}
            if uow.db["place_records"].find_one(of_this_source, {"_id": 1}) is None:
                found: Row = row
                return found
    return None


def _new_id(uow: UnitOfWork, values: Row) -> str:
    """An id that people can read, made of the name; one made by chance where that is taken."""
    name = values["name"].get("en") or next(iter(values["name"].values()))
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60].strip("-")
    free = len(slug) >= 3 and slug not in RESERVED and uow.db["places"].find_one({"_id": slug}, {"_id": 1}) is None
    return slug if free else new_id()
