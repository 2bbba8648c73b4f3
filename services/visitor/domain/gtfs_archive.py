"""Reading the files of a GTFS feed out of its zip, without trusting a byte of it.

Nothing is unpacked to disk, only plain names at the top are read, and every size is counted while reading, so a
small zip cannot become a large one in memory.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kernel.errors import Invalid

MAX_MEMBERS = 64
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 64
MAX_VALUE = 500

_CHUNK = 64 * 1024
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What ``zipfile`` raises on damaged, encrypted and unsupported archives."""


@dataclass(frozen=True)
class Row:
    """A row of one of the files: the line it ends on, and its values by column."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class WrongLength:
    """A row that has not as many values as its header has columns."""

    line: int
    problem: str


def refuse(problem: str) -> Invalid:
    """The refusal of a feed as a whole: nothing of it was imported."""
    return Invalid(f"This feed cannot be imported: {problem}.", errors={"feed": [problem]})


def unpack(feed: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """The ``wanted`` files that the zip holds, by name.

    Raises ``Invalid`` naming ``feed`` for anything that is not an honest zip of bounded size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(feed)) as archive:
            return _read_members(archive, wanted)
    except _BROKEN as error:
        raise refuse(f"it is not a readable zip file ({error})") from error


def _read_members(archive: zipfile.ZipFile, wanted: Collection[str]) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise refuse(f"it holds {len(members)} files, at most {MAX_MEMBERS} are read")
    files: dict[str, bytes] = {}
    budget = MAX_UNPACKED_BYTES
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise refuse("it holds a file with a path that leads out of the zip")
        if name not in wanted:
            continue
        if name in files:
            raise refuse(f"it holds {name} twice")
        if member.flag_bits & 0x1:
            raise refuse(f"{name} is encrypted")
        if member.compress_type not in _COMPRESSIONS:
            raise refuse(f"{name} is packed in a way other than deflate")
        files[name] = _read_bounded(archive, member, budget)
        budget -= len(files[name])
    return files


def _read_bounded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> bytes:
    content = io.BytesIO()
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if content.tell() + len(chunk) > budget:
                raise refuse(f"its files are larger than {MAX_UNPACKED_BYTES // 1024 // 1024} MB unpacked")
            content.write(chunk)
    return content.getvalue()


class RowBudget:
    """Counts the rows of all files of a feed together."""

    def __init__(self, rows: int = MAX_ROWS) -> None:
        self._rows = rows
        self._left = rows

    def spend(self) -> None:
        """Take one row; raises ``Invalid`` when there are none left."""
        self._left -= 1
        if self._left < 0:
            raise refuse(f"its files have more than {self._rows} rows together")


def rows_of(name: str, content: bytes, required: Collection[str], budget: RowBudget) -> Iterator[Row | WrongLength]:
    """The rows of one file, values stripped of surrounding blanks.

    Raises ``Invalid`` when the file is not UTF-8 CSV or lacks a required column: then no row of it can be believed.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"{name} is not UTF-8 text") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        _check_header(name, header, required)
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            budget.spend()
            if len(values) != len(header):
                yield WrongLength(reader.line_num, f"{len(values)} values under {len(header)} columns")
            else:
                yield Row(reader.line_num, dict(zip(header, (value.strip() for value in values), strict=True)))
    except csv.Error as error:
        raise refuse(f"{name} is not readable as CSV at line {reader.line_num} ({error})") from error


def _check_header(name: str, header: list[str], required: Collection[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise refuse(f"{name} has {len(header)} columns, at most {MAX_COLUMNS} are read")
    if len(set(header)) != len(header):
        raise refuse(f"{name} names a column twice")
    missing = [column for column in required if column not in header]
    if missing:
        raise refuse(f"{name} lacks the column {', '.join(missing)}")
