"""The shapes of composed answers as JSON Schemas, for the OpenAPI document; a test holds real answers against them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(*, optional: tuple[str, ...] = (), **members: Schema) -> Schema:
    """An object with all of ``members``, but perhaps for ``optional`` ones, and no other: nothing unlisted is shown."""
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


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

POINT = _or_null(_object(lat={"type": "number"}, lon={"type": "number"}))
SOURCE = _or_null({**TEXT, "description": "Where its facts were published."})
TOWN_NAME = _or_null(SHOWN)
DELAY = _object(departs_local=LOCAL, arrives_local=LOCAL, minutes={"type": "integer"}, reason=_or_null(SHOWN))
CALL = _object(town=TEXT, town_name=TOWN_NAME, at=LOCAL, local=LOCAL, zone=TEXT)
SAILING = _object(
    id=TEXT, service_date=DAY, direction=TEXT, departure=CALL, arrival=CALL, status=TEXT, illustrative=FLAG,
    reason=_or_null(SHOWN), checkin_minutes=_or_null(COUNT), checkin_closes_at=_or_null(LOCAL),
    checkin_closes_local=_or_null(LOCAL), crossing_minutes=_or_null(COUNT), ship=_or_null(TEXT),
    expected_passengers=_or_null(COUNT), delay=_or_null(DELAY),
)  # fmt: skip
WHERE = _object(
    name=_or_null(SHOWN), address=_or_null(TEXT), point=POINT, town=TEXT, venue_id=TEXT,
    optional=("point", "town", "venue_id"),
)  # fmt: skip
TIMING = _object(
    id=TEXT, starts_at=LOCAL, ends_at=LOCAL, zone=TEXT, previous_starts=_list(LOCAL), optional=("previous_starts",)
)
AGES = _object(min=_or_null(COUNT), max=_or_null(COUNT), optional=("min", "max"))
EVENT = _object(
    id=TEXT, town=TEXT, town_name=TOWN_NAME, title=SHOWN, summary=_or_null(SHOWN), kind=TEXT, status=TEXT,
    reason=_or_null(SHOWN), timings=_list(TIMING), timings_total=COUNT, next_timing=_or_null(TIMING),
    walk_minutes=MINUTES, where=_or_null(WHERE), keywords=_or_null(_list(TEXT)), sailing_ids=_or_null(_list(TEXT)),
    website=_or_null(TEXT), tour_url=_or_null(TEXT), festival=_object(id=TEXT, name=_or_null(SHOWN)),
    source=SOURCE, synthetic=FLAG,
    date_text=_or_null(SHOWN), conditions=_or_null(SHOWN), accessibility=_list(TEXT), attendance=_or_null(TEXT),
    online_url=_or_null(TEXT), admission=_or_null(TEXT), ages=_or_null(AGES),
)  # fmt: skip
MAKER = _object(
    id=TEXT, kind=TEXT, town=TEXT, town_name=TOWN_NAME, name=TEXT, craft=_or_null(SHOWN), summary=_or_null(SHOWN),
    address=_or_null(TEXT), point=POINT, walk_minutes=MINUTES, visitors_welcome=FLAG, opening_hours=_or_null(SHOWN),
    synthetic=FLAG,
)  # fmt: skip
MONEY = _object(amount={**COUNT, "description": "Minor units."}, currency=TEXT)
MATERIAL = _object(name=_or_null(SHOWN), origin=TEXT)
OFFERING = _object(
    id=TEXT, maker_id=TEXT, town=TEXT, kind=TEXT, title=_or_null(SHOWN), summary=_or_null(SHOWN),
    schedule=_or_null(SHOWN), materials=_list(MATERIAL), price=MONEY, prices=_list(MONEY), available=_or_null(COUNT),
    status=TEXT, synthetic=FLAG,
)  # fmt: skip
PLACE = _object(
    id=TEXT, town=TEXT, town_name=TOWN_NAME, kind=TEXT, name=_or_null(SHOWN), summary=_or_null(SHOWN), point=POINT,
    address=_or_null(TEXT), walk_minutes=MINUTES, source=SOURCE, synthetic=FLAG, hours_text=_or_null(SHOWN),
    open_now=_or_null(FLAG), verified_on=_or_null(DAY),
)  # fmt: skip
RELEASE = _object(
    id=TEXT, title_id=TEXT, producer_id=TEXT, channel_id=TEXT, channel_name=TEXT, url=TEXT, territory=TEXT,
    starts_on=DAY, ends_on=_or_null(DAY), public=FLAG, synthetic=FLAG, created_at=LOCAL,
    placement_id=_or_null(TEXT), out=_or_null({**TEXT, "description": "The link that is counted."}),
    optional=("ends_on",),
)  # fmt: skip
TITLE = _object(
    id=TEXT, kind=TEXT, towns=_list(TEXT), town_names=_list(SHOWN), name=_or_null(SHOWN), summary=_or_null(SHOWN),
    languages=_or_null(_list(TEXT)), runtime_minutes=_or_null(COUNT), series_id=_or_null(TEXT),
    episode_number=_or_null(COUNT), published_on=_or_null(DAY), premiered_on=_or_null(DAY), releases=_list(RELEASE),
    source=SOURCE, synthetic=FLAG,
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
