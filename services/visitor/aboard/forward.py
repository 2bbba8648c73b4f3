"""Sending a journal: whenever there is a network, from where the last receipt left off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.visitor.aboard.journal import Journal
from services.visitor.domain.journals import MAX_ENTRIES

Send = Callable[[dict[str, Any]], dict[str, Any]]
"""Posts a body to ``/v1/desk-sync`` and returns the receipt. Raises ``OSError`` when no answer comes: whether the
request arrived is then not known, and does not matter."""


def forward(journal: Journal, send: Send) -> bool:
    """Send all there is; whether everything is settled. False when the network went away or nothing was taken.

    Asks even when there is nothing new: what waits for another desk may have become settled.
    """
    while True:
        entries = journal.unsent(MAX_ENTRIES)
        try:
            receipt = send({"journal_id": journal.id, "entries": [entry.as_dict() for entry in entries]})
        except OSError:
            return False
        journal.keep_receipt(receipt)
        if not journal.unsent(1):
            return journal.settled
        if entries and receipt["next_seq"] == entries[0].seq:
            return False
