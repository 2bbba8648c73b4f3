"""A journal on the desk's own disk: what is written down is there after a power cut, and is sent until it is safe."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kernel.ids import new_id

_TABLES = """
CREATE TABLE IF NOT EXISTS journal (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, next_seq INTEGER NOT NULL, waiting INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, record TEXT NOT NULL, refused TEXT
);
CREATE VIEW IF NOT EXISTS unsent AS
    SELECT seq, kind, at, record FROM entries WHERE seq >= (SELECT next_seq FROM journal);
"""


@dataclass(frozen=True)
class Entry:
    """What happened, when, and the record of it."""

    seq: int
    kind: str
    at: str
    record: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """As it is sent."""
        return {"seq": self.seq, "kind": self.kind, "at": self.at, "record": self.record}


class Journal:
    """One desk's entries, numbered from 1, in an SQLite file. One process writes it."""

    def __init__(self, path: str | Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)
        self._db.execute("INSERT OR IGNORE INTO journal VALUES (1, ?, 1, 0)", (new_id(),))
        self.id = str(self._one("SELECT id FROM journal"))

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def write(self, kind: str, record: dict[str, Any], at: datetime) -> str:
        """Write down an ``enquiry``, ``referral``, ``visit`` or ``stamp``; durable when this returns.

        The record gets an id of its own where it has none, which is returned: later entries name it.
        """
        identity = str(record.get("id") or new_id())
        text = json.dumps({**record, "id": identity})
        said = at.astimezone(UTC).isoformat()
        self._db.execute(
            "INSERT INTO entries (seq, kind, at, record) SELECT COALESCE(MAX(seq), 0) + 1, ?, ?, ? FROM entries",
            (kind, said, text),
        )
        return identity

    def unsent(self, limit: int) -> list[Entry]:
        """The next entries that are not known to be safe, in their order."""
        found = self._db.execute("SELECT seq, kind, at, record FROM unsent ORDER BY seq LIMIT ?", (limit,))
        return [Entry(seq, kind, at, json.loads(record)) for seq, kind, at, record in found]

    def keep_receipt(self, receipt: dict[str, Any]) -> None:
        """Note how far the platform has merged.

        One that says less than an earlier one is believed too: it was overtaken, or the platform came back from a
        backup; then some entries are sent again, which changes nothing or is just what is needed.
        """
        with self._db:
            self._db.execute("BEGIN")
            for each in receipt["refused"]:
                reason = json.dumps({"detail": each["detail"], "errors": each["errors"]})
                self._db.execute("UPDATE entries SET refused = ? WHERE seq = ?", (reason, each["seq"]))
            self._db.execute("UPDATE journal SET next_seq = ?, waiting = ?", (receipt["next_seq"], receipt["waiting"]))

    def refused(self) -> list[tuple[Entry, dict[str, Any]]]:
        """Entries that had no effect, each with the reason: for a person to look at, and to write down anew."""
        found = self._db.execute("SELECT seq, kind, at, record, refused FROM entries WHERE refused IS NOT NULL")
        return [(Entry(seq, kind, at, json.loads(text)), json.loads(why)) for seq, kind, at, text, why in found]

    @property
    def settled(self) -> bool:
        """Whether nothing is unsent and nothing waits for another desk."""
        return not self.unsent(1) and not self._one("SELECT waiting FROM journal")

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchone()[0]
