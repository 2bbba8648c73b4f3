"""Merging the journals of desks that had no network: each entry has its effect once, however it is delivered.

The rules, which the README states for those who write a client:
a number that was merged before changes nothing; a gap is not skipped; an entry waits for its cause; what an entry says
is never merged into another record. One delivery is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kernel.auth import Actor
from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, Problem
from kernel.idempotency import fingerprint_of
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import desk, passes
from services.visitor.domain.journals import MAX_WAITING, as_given, as_kept, cause_of, happened_at

Row = dict[str, Any]

KEPT_FOR = timedelta(days=400)
"""How long it is known what became of an entry: longer than any journal can lie in a drawer between two seasons."""

RECORDS: dict[str, Callable[[Command, UnitOfWork, datetime], Row]] = {
    "enquiry": desk.log_enquiry,
    "referral": desk.refer,
    "visit": desk.record_visit,
    "stamp": passes.stamp_from_desk,
}
"""What an entry of each kind does; each makes all of its checks before its first write."""


def merge(cmd: Command, uow: UnitOfWork) -> Row:
    """Merge the next entries of a journal, and those that waited for one of them.

    Entries carry ``record``, or ``errors`` where it does not fit its kind. Answers from where to go on: entries below
    ``next_seq`` are safe here, and those listed in ``refused`` had no effect and say why.
    """
    journal_id, entries = cmd.body["journal_id"], cmd.body["entries"]
    next_seq = _hold(uow, journal_id, cmd.actor)
    _check_repeated(uow, journal_id, [entry for entry in entries if entry["seq"] < next_seq])
    merged: list[str] = []
    if entries and entries[0]["seq"] <= next_seq:
        for entry in entries[next_seq - entries[0]["seq"] :]:
            merged += _take(uow, cmd, journal_id, entry)
            next_seq = entry["seq"] + 1
        uow.db["desk_journals"].update_one({"_id": journal_id}, {"$set": {"next_seq": next_seq}})
    _wake(uow, journal_id, merged)
    return _answer(uow, journal_id, next_seq, entries)


def _hold(uow: UnitOfWork, journal_id: str, actor: Actor) -> int:
    """The number to go on with. Writing first makes two deliveries of one journal follow each other."""
    row = uow.db["desk_journals"].find_one_and_update(
        {"_id": journal_id},
        {"$set": {"synced_at": uow.now()}, "$setOnInsert": {"owner": actor.id, "next_seq": 1}},
        upsert=True,
        return_document=True,
    )
    if row["owner"] != actor.id:
        raise Forbidden("This journal belongs to another account. Begin one of your own.")
    return int(row["next_seq"])


def _check_repeated(uow: UnitOfWork, journal_id: str, repeated: list[Row]) -> None:
    """Refuse another entry under a number that was merged: the journal was copied and went on in two places."""
    kept = {
        row["seq"]: row["digest"]
        for row in uow.db["desk_entries"].find(
            {"journal_id": journal_id, "seq": {"$in": [entry["seq"] for entry in repeated]}}, {"seq": 1, "digest": 1}
        )
    }
    for entry in repeated:
        if kept.get(entry["seq"]) != _digest(entry):
            detail = f"Entry {entry['seq']} of this journal was another one before. Go on in a new journal."
            raise Conflict(detail, errors={"entries": [detail]})


def _digest(entry: Row) -> str:
    return fingerprint_of([entry["kind"], entry["at"], entry["raw"]])


def _take(uow: UnitOfWork, cmd: Command, journal_id: str, entry: Row) -> list[str]:
    """Keep a new entry with what became of it; the ids of the records that are there because of it."""
    record = entry["record"] or {}
    row = {
        "_id": f"{journal_id}:{entry['seq']}",
        "journal_id": journal_id,
        "owner": cmd.actor.id,
        "seq": entry["seq"],
        "kind": entry["kind"],
        "record_id": record.get("id"),
        "digest": _digest(entry),
        "at": happened_at(entry["at"], uow.now()),
    }
    outcome = _refused("The record does not fit its kind.", entry["errors"]) if entry["errors"] else None
    if outcome is None:
        outcome = _outcome(uow, cmd, row, record)
    if "needs" not in outcome:
        outcome["expires_at"] = uow.now() + KEPT_FOR
    uow.db["desk_entries"].insert_one({**row, **outcome})
    return [record["id"]] if outcome["status"] == "merged" else []


def _outcome(uow: UnitOfWork, cmd: Command, row: Row, record: Row) -> Row:
    cause = cause_of(row["kind"], record)
    if cause is not None and uow.db[cause.collection].find_one({"_id": cause.id}, {"_id": 1}) is None:
        if uow.db["desk_entries"].find_one({"record_id": cause.id, "status": "refused"}, {"_id": 1}):
            return _refused("What this follows from was refused.", {})
        waiting = uow.db["desk_entries"].count_documents(
            {"journal_id": row["journal_id"], "status": "waiting"}, limit=MAX_WAITING
        )
        if waiting == MAX_WAITING:
            raise Conflict(f"{MAX_WAITING} entries of this journal wait for other desks. Let those send theirs first.")
        return {"status": "waiting", "needs": cause.id, "record": as_kept(record)}
    try:
        RECORDS[row["kind"]](replace(cmd, body=record), uow, row["at"])
    except Problem as problem:
        return _refused(problem.detail, problem.errors)
    return {"status": "merged"}


def _refused(detail: str, errors: Row) -> Row:
    return {"status": "refused", "detail": detail, "errors": errors}


def _wake(uow: UnitOfWork, journal_id: str, merged: list[str]) -> None:
    """Merge what waited: for a record that has just come, from whichever desk, or for one that came otherwise."""
    entries = uow.db["desk_entries"]
    found = list(entries.find({"journal_id": journal_id, "status": "waiting"}).sort("seq", 1).limit(MAX_WAITING))
    while found or merged:
        found += entries.find({"needs": {"$in": merged}, "status": "waiting"}).sort("_id", 1)
        merged = []
        for row in {row["_id"]: row for row in found}.values():
            actor = Actor(id=row["owner"], roles=frozenset({"ambassador"}))
            outcome = _outcome(uow, Command(actor=actor), row, as_given(row["record"]))
            if outcome["status"] != "waiting":
                done = {**outcome, "expires_at": uow.now() + KEPT_FOR}
                entries.update_one({"_id": row["_id"]}, {"$set": done, "$unset": {"needs": 1, "record": 1}})
                merged += [row["record_id"]] if outcome["status"] == "merged" else []
        found = []


def _answer(uow: UnitOfWork, journal_id: str, next_seq: int, entries: list[Row]) -> Row:
    told = {"journal_id": journal_id, "seq": {"$in": [entry["seq"] for entry in entries]}, "status": "refused"}
    rows = uow.db["desk_entries"].find(told).sort("seq", 1)
    waiting = uow.db["desk_entries"].count_documents({"journal_id": journal_id, "status": "waiting"})
    return {
        "journal_id": journal_id,
        "next_seq": next_seq,
        "waiting": waiting,
        "refused": [{name: row[name] for name in ("seq", "detail", "errors")} for row in rows],
    }
