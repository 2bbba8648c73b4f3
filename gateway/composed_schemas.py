"""The shapes of composed answers as JSON Schemas, for the OpenAPI document; a test holds real answers against them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(**members: Schema) -> Schema:
    """An object with all of ``members``; further ones are those of the owning service."""
    return {"type": "object", "properties": members, "required": list(members)}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
DAY = {"type": "string", "format": "date"}
SHOWN: Schema = {
    **_object(text=TEXT, lang=TEXT),
    "description": "A text picked for the reader, and the language it really is in.",
}
MINUTES = _or_null({**COUNT, "description": "Walking time from the ferry terminal, in minutes."})
LOCAL = {"type": "string", "format": "date-time", "description": "Local time with its offset."}

READER: dict[str, Schema] = {
    "app": {**TEXT, "description": "The name the platform was asked under."},
    "app_name": TEXT,
    "lang": {**TEXT, "description": "The language asked for; each text says which one it is in."},
    "partial": {**FLAG, "description": "Whether a part is missing because a service did not answer."},
    "failed": {**_list(TEXT), "description": "The services that did not answer."},
}

CALL = _object(town=TEXT, town_name=_or_null(SHOWN), local=LOCAL, zone=TEXT)
DELAY = _object(departs_local=LOCAL, arrives_local=LOCAL, reason=_or_null(SHOWN))
SAILING = _object(
    id=TEXT, direction=TEXT, departure=CALL, arrival=CALL, status=TEXT, illustrative=FLAG, reason=_or_null(SHOWN),
    checkin_closes_local=_or_null(LOCAL), ship=_or_null(TEXT), delay=_or_null(DELAY),
)  # fmt: skip
EVENT = _object(
    id=TEXT, town=TEXT, title=SHOWN, summary=_or_null(SHOWN), kind=TEXT, status=TEXT, reason=_or_null(SHOWN),
    timings=_list(_object(starts_at=LOCAL, ends_at=LOCAL, zone=TEXT)), timings_total=COUNT, walk_minutes=MINUTES,
    where=_or_null(_object(name=_or_null(SHOWN), address=_or_null(TEXT))), synthetic=FLAG,
    festival=_object(id=TEXT, name=_or_null(SHOWN)),
)  # fmt: skip
MAKER = _object(
    id=TEXT, town=TEXT, name=TEXT, craft=_or_null(SHOWN), summary=_or_null(SHOWN), walk_minutes=MINUTES,
    visitors_welcome=FLAG, opening_hours=_or_null(SHOWN), synthetic=FLAG,
)  # fmt: skip
MONEY = _object(amount={**COUNT, "description": "Minor units."}, currency=TEXT)
OFFERING = _object(
    id=TEXT, maker_id=TEXT, town=TEXT, kind=TEXT, title=_or_null(SHOWN), summary=_or_null(SHOWN), price=MONEY,
    available=_or_null(COUNT), synthetic=FLAG,
)  # fmt: skip
PLACE = _object(
    id=TEXT, town=TEXT, kind=TEXT, name=_or_null(SHOWN), summary=_or_null(SHOWN), walk_minutes=MINUTES, synthetic=FLAG,
    hours_text=_or_null(SHOWN), open_now=_or_null(FLAG), verified_on=_or_null(DAY),
)  # fmt: skip
TITLE = _object(
    id=TEXT, kind=TEXT, towns=_list(TEXT), name=_or_null(SHOWN), summary=_or_null(SHOWN), synthetic=FLAG,
    releases=_list(_object(channel_name=TEXT, url=TEXT, out=_or_null(TEXT))),
)  # fmt: skip

TODAY = _object(
    **READER,
    towns=_list(
        _object(
            town=TEXT, name=SHOWN, zone=TEXT, date=DAY, is_today=FLAG, local_time=LOCAL,
            sailings=_object(next=_list(SAILING), arriving=_list(SAILING)),
            events=_list(EVENT), makers=_list(MAKER), titles=_list(TITLE), places=_list(PLACE),
        )
    ),
)  # fmt: skip
SEARCH = _object(
    **READER,
    q=TEXT,
    total=COUNT,
    towns=_list(
        _object(
            town=TEXT, name=SHOWN, events=_list(EVENT), makers=_list(MAKER), offerings=_list(OFFERING),
            places=_list(PLACE), titles=_list(TITLE),
        )
    ),
)  # fmt: skip
TIMELINE = _object(
    **READER,
    as_of=DAY,
    source=_or_null(SHOWN),
    items=_list(
        _object(
            id=TEXT,
            date=_or_null({**TEXT, "description": "Year, month or day, as exactly as it is known."}),
            precision={"enum": ["year", "month", "day", None]},
            end=_or_null(TEXT),
            every_year=FLAG,
            text=SHOWN,
            status={"enum": ["planned", "live", "past"]},
            link=_or_null(TEXT),
        )
    ),
)
