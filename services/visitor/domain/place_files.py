"""The rows of a file of places, GeoJSON or CSV, as plain values by field; nothing of it is believed yet.

Columns of a CSV: ``id`` (the source's own), ``place_id`` (ours, where it is known), ``town``, ``kind``, ``lat``,
``lon``, ``name_en``, ``name_fr``, ``summary_en``, ``summary_fr``, ``address``, ``walk_minutes``, ``verified_on``, and
the hours as text, ``hours_en`` or ``hours_fr``. A GeoJSON feature has the same names in its properties, or texts as
maps by language and the hours as structure. Source: RFC 4180, RFC 7946.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import Any

from kernel.errors import Invalid
from services.visitor.domain.hours import to_builtins
from services.visitor.domain.hours_text import NotHours, read
from services.visitor.domain.place_merge import TEXTS

MAX_ROWS = 2_000
MAX_COLUMNS = 64
SAY_HOURS = {
    "en": "is not told as, for example: Open Monday to Friday, 10:00 to 17:00.",
    "fr": "is not told as, for example: Ouvert du lundi au vendredi, de 10 h à 17 h.",
}
_LANGUAGE = re.compile(r"(name|summary)_([a-z]{2})")
_KNOWN = ("id", "place_id", "town", "kind", "address", "verified_on", "hours")


@dataclass(frozen=True)
class FileRow:
    """A row: its number (the line of a CSV, the count of a feature), its values, and what is wrong with it already."""

    number: int
    values: dict[str, Any]
    problems: dict[str, str]


def refuse(problem: str) -> Invalid:
    """The refusal of a file as a whole: nothing of it was imported."""
    return Invalid(f"This file cannot be imported: {problem}.", errors={"places": [problem]})


def rows_of(data: bytes) -> list[FileRow]:
    """The rows of a file. Raises ``Invalid`` naming ``places`` for one that is neither GeoJSON nor CSV, or too long."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("it is not UTF-8 text") from error
    rows = _features(text) if text.lstrip()[:1] == "{" else _lines(text)
    if len(rows) > MAX_ROWS:
        raise refuse(f"it holds {len(rows)} places, at most {MAX_ROWS} are imported at once")
    return rows


def _lines(text: str) -> list[FileRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        if "id" not in header or len(header) > MAX_COLUMNS or len(set(header)) != len(header):
            raise refuse(f"its first line must name the columns, each once, at most {MAX_COLUMNS}, id among them")
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                wrong = {"": f"{len(cells)} values under {len(header)} columns"}
                rows.append(FileRow(reader.line_num, {}, wrong))
            else:
                named = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
                rows.append(_row(reader.line_num, named))
            if len(rows) > MAX_ROWS:
                break
        return rows
    except csv.Error as error:
        raise refuse(f"it is not readable as CSV at line {reader.line_num} ({error})") from error


def _features(text: str) -> list[FileRow]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse("it is not readable as JSON") from error
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise refuse("it is not a GeoJSON FeatureCollection")
    return [_feature(number, each) for number, each in enumerate(features[: MAX_ROWS + 1], 1)]


def _feature(number: int, feature: Any) -> FileRow:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return FileRow(number, {}, {"": "is not a Feature with properties"})
    values = {str(name): value for name, value in feature["properties"].items() if value not in (None, "")}
    if feature.get("id") is not None:
        values["id"] = str(feature["id"])
    geometry = feature.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        at = geometry.get("coordinates")
        if isinstance(at, list) and len(at) >= 2:
            values |= {"lon": at[0], "lat": at[1]}
    return _row(number, values)


def _row(number: int, given: dict[str, Any]) -> FileRow:
    values: dict[str, Any] = {name: given[name] for name in _KNOWN if name in given}
    problems: dict[str, str] = {}
    for name in TEXTS:
        if isinstance(given.get(name), dict):
            values[name] = given[name]
    for name, value in given.items():
        if match := _LANGUAGE.fullmatch(name):
            values.setdefault(match[1], {})[match[2]] = value
    if "lat" in given and "lon" in given:
        values["point"] = {"lat": given["lat"], "lon": given["lon"]}
    if "walk_minutes" in given:
        minutes = given["walk_minutes"]
        values["walk_minutes"] = int(minutes) if str(minutes).isdecimal() and len(str(minutes)) < 9 else minutes
    for lang in ("en", "fr"):
        if f"hours_{lang}" in given:
            try:
                values["hours"] = to_builtins(read(str(given[f"hours_{lang}"])[:4000], lang))
            except NotHours as error:
                problems[f"hours_{lang}"] = f"{str(error)[:100]!r} {SAY_HOURS[lang]}"
    return FileRow(number, values, problems)
