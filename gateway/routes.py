"""Which service owns which public resource: the whole route table of the platform.

The first segment behind ``/v1`` names the resource; the path goes to its owner as it came. What stands in no row does
not exist. A path that two programs could read differently (dot segments, empty segments, encoded slashes, dots,
backslashes or control characters) is refused here, so that no check can be walked around with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel.errors import Malformed, NotFound

OWNERS: dict[str, str] = {
    "centres": "visitor",
    "day-plans": "visitor",
    "desk-sync": "visitor",
    "enquiries": "visitor",
    "guide": "visitor",
    "offers": "visitor",
    "passes": "visitor",
    "places": "visitor",
    "plans": "visitor",
    "referrals": "visitor",
    "sailings": "visitor",
    "shifts": "visitor",
    "stamp-points": "visitor",
    "visits": "visitor",
    "vouchers": "visitor",
    "calendars": "festivals",
    "events": "festivals",
    "festivals": "festivals",
    "registrations": "festivals",
    "tours": "festivals",
    "venues": "festivals",
    "consignments": "marketplace",
    "makers": "marketplace",
    "offerings": "marketplace",
    "orders": "marketplace",
    "passports": "marketplace",
    "popups": "marketplace",
    "sales": "marketplace",
    "statements": "marketplace",
    "channels": "media",
    "placements": "media",
    "productions": "media",
    "releases": "media",
    "titles": "media",
}
"""Resource to owning service. ``SERVICES`` follows from it."""

SERVICES: tuple[str, ...] = tuple(dict.fromkeys(OWNERS.values()))

PARKED = "parked"
"""The one resource that every service has: below it stands the service's name."""

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Allowance:
    """What one path is allowed beyond the default: bytes of its body, seconds to answer."""

    body_bytes: int
    read_seconds: float


ALLOWANCES: dict[tuple[str, str], Allowance] = {
    ("POST", "/v1/sailings/import"): Allowance(body_bytes=20 * MEGABYTE, read_seconds=60.0),
    ("POST", "/v1/sailings/import/address"): Allowance(body_bytes=MEGABYTE, read_seconds=60.0),
    ("POST", "/v1/events/import"): Allowance(body_bytes=MEGABYTE, read_seconds=60.0),
    ("POST", "/v1/events/import/address"): Allowance(body_bytes=MEGABYTE, read_seconds=60.0),
    ("GET", "/v1/guide/pdf"): Allowance(body_bytes=MEGABYTE, read_seconds=60.0),
}
"""Paths with a limit of their own: reading a timetable or a calendar and setting a guide take a while."""

COUNTED = re.compile(r"/v1/placements/[^/]+/out")
"""Where a GET counts whoever follows it, so that sending it twice does harm, as it does with no other GET."""

MAX_PATH = 1024

_SEGMENT = r"(?:[A-Za-z0-9_~:@!$&'()*+,;=.-]|%[0-9A-Fa-f]{2})+"
_PATH = re.compile(rf"/v1(?:/{_SEGMENT})+")
_UNREADABLE = re.compile(r"%(?:2[EeFf5]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")


@dataclass(frozen=True)
class Route:
    """Where a request goes and what it may cost there. None stands for the gateway's default."""

    service: str
    path: str
    body_bytes: int | None = None
    read_seconds: float | None = None
    counted: bool = False
    """Whether carrying it out twice counts twice, though the method says that it may be repeated."""


def route_of(method: str, raw_path: str) -> Route:
    """The owner of a path as it came over the wire, percent-encoding and all.

    Raises ``Malformed`` for a path that can be read in two ways and ``NotFound`` for a resource nobody owns.
    """
    if len(raw_path) > MAX_PATH or not _PATH.fullmatch(raw_path):
        raise Malformed("The path has empty parts, unreadable characters or more than 1,024 of them: write it plainly.")
    if _UNREADABLE.search(raw_path) or _DOTS.search(raw_path):
        raise Malformed("The path holds dot segments or encoded slashes, dots or control characters: write it plainly.")
    resource, *below = raw_path.split("/")[2:]
    service = below[0] if resource == PARKED and below and below[0] in SERVICES else OWNERS.get(resource)
    if service is None:
        raise NotFound(f"No resource is named {resource!r}; /v1/openapi.json lists those there are.")
    own = ALLOWANCES.get((method, raw_path))
    if own is None:
        return Route(service, raw_path, counted=method == "GET" and COUNTED.fullmatch(raw_path) is not None)
    return Route(service, raw_path, own.body_bytes, own.read_seconds)
