"""One place out of what several sources and people say: field by field, and always in the same order.

What a person entered here stands. Else a field is that of the first source, by its name, which gives it. Texts count by
language, so one source may bring the English and another the French. A path such as ``name/en`` names a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

Fields = dict[str, Any]

TEXTS = ("name", "summary")
PLAIN = ("kind", "point", "walk_minutes", "address", "hours", "verified_on")
NEAR_METRES = 150
_METRES_A_DEGREE = 111_320


@dataclass(frozen=True)
class Record:
    """What one source says, its fields by path."""

    source: str
    licence: str
    fields: Fields


def flat(values: Mapping[str, Any]) -> Fields:
    """The fields that a place or a draft of one has, by path; what is empty is left out."""
    found: Fields = {name: values[name] for name in PLAIN if values.get(name) not in (None, {}, "")}
    for name in TEXTS:
        found |= {f"{name}/{lang}": text for lang, text in (values.get(name) or {}).items() if text}
    return found


def entered(values: Mapping[str, Any]) -> list[str]:
    """The paths that a draft, a change or a place has a say on; emptied ones included."""
    emptied = {name for name in PLAIN if name in values and values[name] is None}
    return sorted({*flat(values), *emptied})


def merged(by_hand: Fields, records: Iterable[Record]) -> tuple[Fields, dict[str, dict[str, str]]]:
    """The fields of a place by path, and the origin of each that a source brought."""
    fields = dict(by_hand)
    origins: dict[str, dict[str, str]] = {}
    for record in sorted(records, key=lambda each: each.source):
        for path, value in record.fields.items():
            if path not in fields:
                fields[path] = value
                origins[path] = {"source": record.source, "licence": record.licence}
    return {path: value for path, value in fields.items() if value is not None}, origins


def nested(fields: Fields) -> dict[str, Any]:
    """The fields of a place as it keeps them; every one of them, empty where there is nothing."""
    place: dict[str, Any] = {name: fields.get(name) for name in PLAIN}
    for name in TEXTS:
        place[name] = {path.split("/")[1]: fields[path] for path in sorted(fields) if path.startswith(f"{name}/")}
    return place


def metres_between(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The distance of two near positions, on a plane that touches the earth there."""
    north = (one["lat"] - other["lat"]) * _METRES_A_DEGREE
    east = (one["lon"] - other["lon"]) * _METRES_A_DEGREE * cos(radians(one["lat"]))
    return hypot(north, east)
