"""What every event and every value inside an event is made of.

An event is a frozen msgspec struct that names its type, its major version (inside the type) and the field whose
value keys it on the topic. Consumers tolerate fields they do not know; producers may only add or remove optional
fields within one major version (FULL_TRANSITIVE, see ``contracts.compatibility``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

Text = dict[str, str]
"""Text that people read: language code (BCP 47, e.g. ``en``) to text."""

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""An id as its owner made it: a UUIDv7 string, or a readable slug where the owner has one."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time with its offset from UTC: one without is refused, for nobody could say when it is."""

LocalDate = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        min_length=10,
        max_length=10,
        extra_json_schema={"format": "date"},
    ),
]
"""A calendar date in the zone of the place it belongs to, ISO 8601."""

MAX_INTEGER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 7493, section 2.2)."""

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
"""How many, or how many minutes: none or more."""

Quantity = Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
"""How many: at least one."""

Zone = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""An IANA time zone name, e.g. ``Europe/London``."""

Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value without identity inside an event."""


class Money(Value, frozen=True, kw_only=True):
    """An amount in integer minor units (pence, cents) of an ISO 4217 currency."""

    amount: Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", min_length=3, max_length=3)]


class Point(Value, frozen=True, kw_only=True):
    """A WGS 84 position in decimal degrees."""

    lat: Latitude
    lon: Longitude


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that has happened, named ``<service>.<aggregate>.<past tense>.v<major>``.

    ``TYPE`` is that name and ``KEY`` the field that keys the record: events with the same key stay in order.
    """

    TYPE: ClassVar[str]
    KEY: ClassVar[str]

    @property
    def key(self) -> str:
        """The value of the key field: the id of the aggregate this event is about."""
        return str(getattr(self, self.KEY))

    @classmethod
    def service(cls) -> str:
        """The producing service: the first part of the type name."""
        return cls.TYPE.split(".", 1)[0]

    @classmethod
    def major(cls) -> int:
        """The major version: the number behind the last ``.v`` of the type name."""
        return int(cls.TYPE.rsplit(".v", 1)[1])
