"""What people do at the door: a curator makes devices scanners; these hand in what they scanned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.festivals import policies
from services.festivals.checkin import bundles, doors, views
from services.festivals.checkin.models import Scanner
from services.festivals.desk import codes
from services.festivals.domain.checkin import Bundle, Reason, Scan, judge, may_admit, merge
from services.festivals.models import FestivalEvent

MAX_SCANNERS = 50
"""Devices for one event, revoked ones included."""

Row = Mapping[str, Any]


def add_scanner(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Let a device check people in to one's own event: its code is told this once."""
    event = policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())
    if uow.db["scanners"].count_documents({"event_id": event.id}, limit=MAX_SCANNERS) >= MAX_SCANNERS:
        raise Conflict(f"This event has {MAX_SCANNERS} devices already.")
    code = codes.new_code()
    scanner = Scanner(
        id=new_id(),
        event_id=event.id,
        label=cmd.body["label"],
        code_digest=codes.digest_of_code(code),
        created_at=uow.now(),
    )
    scanner.save(force_insert=True)
    return {**views.scanner_view(scanner.to_mongo()), "code": code}


def revoke_scanner(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take a device's code back; what it scanned stays. Twice is once."""
    event = policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())
    scanner = Scanner.objects(id=cmd.path["scanner_id"], event_id=event.id).first()
    if scanner is None:
        raise NotFound("This event has no such device.")
    if scanner.revoked_at is None:
        scanner.revoked_at = uow.now()
        scanner.save()
    return views.scanner_view(scanner.to_mongo())


def hand_in_scans(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Keep a device's scans, each once however often it is handed in, and say who came in by them.

    Two devices that scanned the same person both write their admission, so one of two that hand in at the same time
    starts over and sees the other.
    """
    event_id, scanner = cmd.path["event_id"], scanner_of(uow.db, cmd.path["event_id"], cmd.path["code"])
    scans = merge([Scan(device_id=scanner["_id"], **one) for one in cmd.body["scans"]])
    known = _kept(uow.db, event_id, scans)
    new = [scan for scan in scans if scan.id not in known]
    if new:
        rules = rules_of(uow.db, event_id, new)
        reasons = {scan.id: judge(rules[scan.issued_at], scan) for scan in new}
        uow.db["scans"].insert_many([_row(event_id, scan, reasons[scan.id], uow.now()) for scan in new])
        _admit(uow, event_id, [scan for scan in new if may_admit(scan, reasons[scan.id])], rules)
    rows = sorted(_kept(uow.db, event_id, scans).values(), key=lambda row: (row["at"], row["scan_id"]))
    return {"new": len(new), "known": len(scans) - len(new), "scans": views.scan_views(uow.db, event_id, rows)}


def scanner_of(db: RawDatabase, event_id: str, code: str) -> Row:
    """The device that a code opens. Raises NotFound, also when the code was taken back."""
    scanner = db["scanners"].find_one({"code_digest": codes.digest_of_code(code), "event_id": event_id})
    if scanner is None or scanner.get("revoked_at"):
        raise NotFound("No device has this code, or it was taken back: ask the event's curator for a new one.")
    return scanner


def rules_of(db: RawDatabase, event_id: str, scans: list[Scan]) -> dict[datetime, Bundle]:
    """The rules that the devices had, by when these were issued, as far as ``scans`` need them."""
    shown = {"title": 1, "timings": 1, "timings_before": 1}
    event = db["events"].find_one({"_id": event_id}, shown) or {"_id": event_id, "title": {}}
    wanted = list({scan.code_digest for scan in scans})
    registrations = list(db["registrations"].find({"event_id": event_id, "code_digest": {"$in": wanted}}))
    rules = {}
    for issued_at in {scan.issued_at for scan in scans}:
        told = {**event, "timings": doors.timings_at(event, issued_at)}
        then = [{**row, "state": "registered" if _had_place(row, issued_at) else "none"} for row in registrations]
        rules[issued_at] = bundles.rules_in(bundles.content_of(told, then, issued_at))
    return rules


def _had_place(row: Row, at: datetime) -> bool:
    since = row.get("registered_at")
    return since is not None and since <= at and (row["state"] == "registered" or row["updated_at"] > at)


def _admit(uow: UnitOfWork, event_id: str, scans: list[Scan], rules: Mapping[datetime, Bundle]) -> None:
    ids = {scan.id: views.admission_id(event_id, *scan.admission) for scan in scans}
    known = uow.db["admissions"].find({"_id": {"$in": list(set(ids.values()))}})
    first = {row["_id"]: (row["at"], row["scan_id"]) for row in known}
    changed: dict[str, UpdateOne] = {}
    for scan in scans:
        identity = ids[scan.id]
        if identity in first and first[identity] <= scan.order:
            continue
        first[identity] = scan.order
        places = rules[scan.issued_at].places.get(scan.code_digest, 1)
        row = {"event_id": event_id, "timing_id": scan.timing_id, "places": places, "at": scan.at, "scan_id": scan.id}
        changed[identity] = UpdateOne({"_id": identity}, {"$set": row}, upsert=True)
    if changed:
        uow.db["admissions"].bulk_write(list(changed.values()))


def _kept(db: RawDatabase, event_id: str, scans: list[Scan]) -> dict[str, Row]:
    rows = db["scans"].find({"_id": {"$in": [f"{event_id}/{scan.id}" for scan in scans]}})
    return {row["scan_id"]: row for row in rows}


def _row(event_id: str, scan: Scan, reason: Reason | None, now: datetime) -> dict[str, Any]:
    return {
        "_id": f"{event_id}/{scan.id}",
        "event_id": event_id,
        "scan_id": scan.id,
        "scanner_id": scan.device_id,
        "code_digest": scan.code_digest,
        "timing_id": scan.timing_id,
        "at": scan.at,
        "issued_at": scan.issued_at,
        "forced": scan.forced,
        "offline": scan.offline,
        "reason": reason,
        "received_at": now,
    }
