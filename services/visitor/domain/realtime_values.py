"""The values in the entities of a GTFS Realtime feed: each read strictly, each refusal naming its field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.visitor.domain.timetable import sailing_id

MAX_TEXT = 500
_DATE = re.compile(r"[0-9]{8}")
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class BadEntity(Exception):
    """A value that makes its entity unusable."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


def instant_of(seconds: int, field: str) -> datetime:
    """A POSIX time between 1970 and 2199. Like all below, raises ``BadEntity``."""
    if not _FIRST.timestamp() <= seconds <= _LAST.timestamp():
        raise BadEntity(field, "must be seconds since 1970, in the years 1970 to 2199")
    return datetime.fromtimestamp(seconds, UTC)


def is_text(message: Any) -> bool:
    """Whether all texts in a message, at any depth, are UTF-8: those that are not come out of protobuf as bytes."""
    for field, value in message.ListFields():
        for each in value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else (value,):
            if isinstance(each, bytes) and field.type == field.TYPE_STRING:
                return False
            if hasattr(each, "ListFields") and not is_text(each):
                return False
    return True


def sailing_of(trip: Any, field: str) -> str:
    """The sailing that a TripDescriptor names: its trip on its service day."""
    if not trip.trip_id:
        raise BadEntity(f"{field}.trip_id", "is needed: a sailing is a trip on a day")
    if not _DATE.fullmatch(trip.start_date):
        raise BadEntity(f"{field}.start_date", "is needed as a date such as 20180819: a trip sails on many days")
    text = trip.start_date
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise BadEntity(f"{field}.start_date", f"{text!r} is no date such as 20180819") from error
    try:
        return sailing_id(trip.trip_id, day)
    except ValueError as error:
        raise BadEntity(f"{field}.trip_id", str(error)) from error


def texts_of(translated: Any, languages: Sequence[str], field: str) -> dict[str, str]:
    """A TranslatedString as text by language; one without a language is in the first of ``languages``.

    Only the ``languages`` are kept, by their first part (``en-GB`` is ``en``); texts are cut at 500 characters.
    """
    texts: dict[str, str] = {}
    for translation in translated.translation:
        code = (translation.language or languages[0]).split("-")[0].lower()
        text = " ".join(translation.text.split())
        if code in languages and text:
            texts.setdefault(code, text[:MAX_TEXT])
    if translated.translation and not texts:
        raise BadEntity(field, f"holds no text in {' or '.join(languages)}")
    return texts
