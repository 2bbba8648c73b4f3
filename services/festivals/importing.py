"""Events out of an iCalendar file (RFC 5545), sent or fetched: each under its own UID.

So importing again, from wherever, brings them up to date.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar
from icalendar import Event as VEvent
from marshmallow import ValidationError

from kernel import outbound
from kernel.commands import Command
from kernel.errors import Invalid, Problem
from kernel.json import refuse_unkeepable
from kernel.locality import Locality, Town
from kernel.unit_of_work import Store
from services.festivals import contributing
from services.festivals.schemas.events import EventPut

MAX_EVENTS = 500
MAX_BYTES = 1024 * 1024
"""Of a calendar that is fetched; one that is sent is bounded like every body."""
FETCH_SECONDS = 10.0
HOUR = timedelta(hours=1)
_PUT = EventPut()

Row = dict[str, Any]


def fetch_calendar(url: str) -> bytes:
    """The calendar that an address gives, for ``import_calendar``. Raises as ``outbound.fetch``, naming ``url``."""
    return outbound.fetch(url, max_bytes=MAX_BYTES, seconds=FETCH_SECONDS).body


def import_calendar(store: Store, cmd: Command, content: bytes, traceparent: str | None = None) -> Row:
    """Take every event of the file as the caller's own, in a transaction each, and report what became of each.

    ``cmd.body`` holds ``festival_id``, ``town``, ``lang`` and ``publish``, and ``url`` when the file was fetched: each
    event keeps that address. An event that cannot be taken is reported with what is wrong and keeps none of the others
    back; one that is cancelled in the file is not taken. Of those that were taken the report tells what they clash with
    and what they seem to be the same as. Raises ``Invalid`` naming ``calendar`` when the file as a whole cannot be
    read; then nothing is imported.
    """
    town = store.locality.town(cmd.body["town"])
    if town is None:
        known = ", ".join(each.slug for each in store.locality.towns)
        raise Invalid("There is no such town here.", errors={"town": [f"One of: {known}."]})
    counts: Counter[str] = Counter()
    issues: list[Row] = []
    events: list[Row] = []
    address = cmd.body.get("url")
    for uid, entries in _by_uid(content, address).items():
        try:
            body = _PUT.load(_body_of(entries, town, store.locality, cmd.body))
            body |= {"imported_from": address} if address else {}
            mine = replace(cmd, body=body, path={"external_id": _external_id(uid)})
            done = store.transact(lambda uow, own=mine: contributing.put_event(own, uow), traceparent=traceparent)
            counts[done["outcome"]] += 1
            events.append(_taken(uid, done))
        except ValidationError as error:
            issues.append(_issue(uid, entries, "Some fields are not right.", error.messages))
        except Problem as error:
            if error.status >= 500:
                raise
            issues.append(_issue(uid, entries, error.detail, error.errors))
    return {**{name: counts[name] for name in contributing.OUTCOMES}, "events": events, "issues": issues}


def _taken(uid: str, done: Row) -> Row:
    event = done["event"]
    return {
        "uid": uid[:200],
        "event_id": event["id"],
        "outcome": done["outcome"],
        "clashes": [each["event_id"] for each in event.get("clashes", [])],
        "duplicates": [each["event_id"] for each in event.get("duplicates", [])],
    }


def _by_uid(content: bytes, address: str | None) -> dict[str, list[VEvent]]:
    wrong = "Not an iCalendar file: it begins with BEGIN:VCALENDAR and is in UTF-8."
    try:
        entries = Calendar.from_ical(content.decode("utf-8-sig")).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise Invalid("The file cannot be read.", errors={"calendar": [wrong]}) from error
    if len(entries) > MAX_EVENTS:
        raise Invalid("The file is too long.", errors={"calendar": [f"At most {MAX_EVENTS} entries."]})
    if not entries:
        raise Invalid("There is nothing in the file.", errors={"calendar": ["No VEVENT in it."]})
    found: dict[str, list[VEvent]] = {}
    for number, entry in enumerate(entries):
        nameless = f"{address} entry-{number}" if address else f"entry-{number}"
        found.setdefault(str(entry.get("uid") or nameless), []).append(entry)
    return found


def _external_id(uid: str) -> str:
    """The UID, or its digest where it is longer or odder than an external id may be."""
    plain = len(uid) <= 180 and all("!" <= char <= "~" and char != "/" for char in uid)
    return f"ics:{uid if plain else hashlib.blake2b(uid.encode(), digest_size=16).hexdigest()}"


def _body_of(entries: list[VEvent], town: Town, locality: Locality, asked: Row) -> Row:
    """One event of the file as its contributor would send it."""
    entry, *changed = sorted(entries, key=lambda each: "recurrence-id" in each)
    if changed or "recurrence-id" in entry or "rdate" in entry or isinstance(entry.get("rrule"), list):
        wrong = ["Only a rule with exceptions is understood: no RECURRENCE-ID, no RDATE, one RRULE."]
        raise Invalid("Its recurrence is not understood.", errors={"recurrence": wrong})
    if str(entry.get("status", "")).upper() == "CANCELLED":
        raise Invalid("It is cancelled in the file.", errors={"status": ["Cancel it here, if it is listed."]})
    lang = asked["lang"]
    body: Row = {name: asked[name] for name in ("festival_id", "town", "publish")}
    body["title"] = _text(entry, "summary", lang, locality)
    if entry.get("description"):
        body["description"] = _text(entry, "description", lang, locality)
    if entry.get("location"):
        body["where"] = {"name": _text(entry, "location", lang, locality)}
        if entry.get("geo"):
            body["where"]["point"] = {"lat": entry["geo"].latitude, "lon": entry["geo"].longitude}
    if entry.get("url"):
        body["website"] = str(entry["url"])
    if entry.get("categories"):
        body["keywords"] = [str(word) for word in _categories(entry)]
    refuse_unkeepable(body)
    return body | _times(entry, town)


def _text(entry: VEvent, name: str, lang: str, locality: Locality) -> dict[str, str]:
    """A text under the language that it says it is in, when that is one spoken here."""
    said = str(entry[name].params.get("LANGUAGE", ""))[:2].lower() if name in entry else ""
    return {said if said in locality.languages else lang: str(entry.get(name, ""))}


def _categories(entry: VEvent) -> Iterator[Any]:
    several = entry["categories"]
    for each in several if isinstance(several, list) else [several]:
        yield from each.cats


def _times(entry: VEvent, town: Town) -> Row:
    """Its timing, or its rule. A day without hours is the whole day on the clocks of the town."""
    if "dtstart" not in entry:
        raise Invalid("It does not say when.", errors={"timings": ["DTSTART is missing."]})
    first = entry["dtstart"].dt
    starts = _moment(first, town)
    if "dtend" in entry:
        ends = _moment(entry["dtend"].dt, town)
    elif "duration" in entry:
        ends = starts + entry["duration"].dt
    else:
        ends = starts + HOUR if isinstance(first, datetime) else _moment(first + timedelta(days=1), town)
    span = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
    if "rrule" not in entry:
        return {"timings": [span]}
    left_out = entry.get("exdate", [])
    exdates = [
        _moment(moment.dt, town).isoformat()
        for each in (left_out if isinstance(left_out, list) else [left_out])
        for moment in each.dts
    ]
    return {"recurrence": {"rrule": entry["rrule"].to_ical().decode(), "exdates": exdates, **span}}


def _moment(value: date, town: Town) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min, tzinfo=town.tz).astimezone(UTC)
    return (value if value.tzinfo else value.replace(tzinfo=town.tz)).astimezone(UTC)


def _issue(uid: str, entries: list[VEvent], detail: str, errors: Any) -> Row:
    return {"uid": uid[:200], "title": str(entries[0].get("summary", ""))[:120], "detail": detail, "errors": errors}
