"""Events that repeat: RRULE (RFC 5545 section 3.3.10) to occurrences on the clocks of a town.

A rule is expanded in wall-clock time: what is on at 19:00 stays at 19:00 when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import vRecur

from kernel.errors import Invalid
from kernel.locality import Town
from services.festivals.domain.timings import MAX_TIMINGS

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
UNDERSTOOD = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
"""Parts of a rule; those of hours, minutes and seconds say what two events say better."""


def occurrences(
    rule: str, starts_at: datetime, ends_at: datetime, except_at: Iterable[datetime], *, town: Town, last_day: date
) -> tuple[str, list[dict[str, Any]]]:
    """The rule in canonical form, and its occurrences as ``timings.plan`` takes them, without the excepted starts.

    A rule without COUNT or UNTIL ends with the festival and is given an UNTIL that says so. Raises Invalid naming
    ``recurrence`` for a rule that is not one, that is not understood here, or that goes on behind the festival.
    """
    parts = _parts(rule)
    start, end = (moment.astimezone(town.tz).replace(tzinfo=None) for moment in (starts_at, ends_at))
    behind = datetime.combine(last_day + timedelta(days=1), time.min)
    until = _local(parts.get("UNTIL"), town)
    if until is not None and until >= behind:
        raise _wrong(f"It goes on until {until.date().isoformat()}; the festival ends on {last_day.isoformat()}.")
    if until is None and start >= behind:
        raise _wrong(f"It begins behind the last day of the festival, {last_day.isoformat()}.")
    count = parts["COUNT"][0] if "COUNT" in parts else None
    open_ended = vRecur({name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")})
    last = until if until is not None else behind - timedelta(microseconds=1)
    found = _expanded(open_ended, start, last)[:count]
    if count is not None and len(found) < count:
        raise _wrong(f"Only {len(found)} of {count} occurrences are on a day of the festival.")
    if len(found) > MAX_TIMINGS:
        raise _wrong(f"At most {MAX_TIMINGS} occurrences.")
    if start not in found:
        raise _wrong("It has to begin on a day that the rule itself names.")
    if count is None and until is None:
        parts["UNTIL"] = [_instant(found[-1], town)]
    left_out = {moment.astimezone(UTC) for moment in except_at}
    planned = [
        {"starts_at": _instant(each, town), "ends_at": _instant(each + (end - start), town), "zone": town.zone}
        for each in found
    ]
    if missing := left_out - {one["starts_at"] for one in planned}:
        raise _wrong(f"Nothing is on at {min(missing).astimezone(town.tz).isoformat()}, so nothing is left out then.")
    return vRecur(parts).to_ical().decode(), [one for one in planned if one["starts_at"] not in left_out]


def _expanded(rule: vRecur, start: datetime, last: datetime) -> list[datetime]:
    """The local starts from ``start`` to ``last``. A rule that names no day at all ends there, too."""
    try:
        ending = vRecur({**rule, "UNTIL": [last.replace(microsecond=0)]})
        return list(rrulestr(ending.to_ical().decode(), dtstart=start))
    except ValueError as error:
        raise _wrong("Not a rule of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=SA;COUNT=4.") from error


def as_days(rule: str, town: Town) -> vRecur:
    """The rule for entries of whole days: its UNTIL is a day as well."""
    parts = _parts(rule)
    if until := _local(parts.get("UNTIL"), town):
        parts["UNTIL"] = [until.date()]
    return vRecur(parts)


def _parts(rule: str) -> dict[str, Any]:
    try:
        parts = dict(vRecur.from_ical(rule.removeprefix("RRULE:").strip()))
        frequency = str(parts["FREQ"][0])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _wrong("Not a rule of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=SA;COUNT=4.") from error
    if frequency not in FREQUENCIES:
        raise _wrong(f"FREQ is one of {', '.join(FREQUENCIES)}.")
    if strange := sorted(set(parts) - UNDERSTOOD):
        raise _wrong(f"Not understood here: {', '.join(strange)}.")
    for name in ("COUNT", "INTERVAL"):
        if name in parts and not 1 <= parts[name][0] <= MAX_TIMINGS:
            raise _wrong(f"{name} is from 1 to {MAX_TIMINGS}.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("A rule has either a COUNT or an UNTIL.")
    return parts


def _local(until: list[Any] | None, town: Town) -> datetime | None:
    if not until:
        return None
    [moment] = until[:1]
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.max)
    return moment.astimezone(town.tz).replace(tzinfo=None) if moment.tzinfo else moment


def _instant(wall: datetime, town: Town) -> datetime:
    return wall.replace(tzinfo=town.tz).astimezone(UTC)


def _wrong(what: str) -> Invalid:
    return Invalid("The recurrence is not right.", errors={"recurrence": [what]})
