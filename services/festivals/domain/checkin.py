"""Checking people in without a network: the rules that travel to the door, and how scans of many devices are merged.

Before the doors open a device fetches a *bundle*: who has a place, and when each timing lets people in. It judges each
scan by the bundle alone (``judge``), whether or not there is a network, and keeps every scan: also those it turned
away, and those somebody let in regardless (``forced``). Later the logs of all devices are merged (``merge``) in
whatever order, however often: the union of the scans, each once. Of those that admit somebody to the same timing only
the first counts (``admissions``): in the order of the devices' clocks, then of their ids, so that everybody who merges
the same logs counts the same people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

VALID_FOR = timedelta(days=7)
"""How long a bundle may be used: longer than a weekend without a network."""
CLOCKS_DIFFER = timedelta(hours=1)
"""How far a device's clock may be behind."""
DOORS_OPEN_BEFORE = timedelta(hours=1)
"""How long before a timing begins people are let in to it."""

Reason = Literal["unknown", "no-place", "wrong-time", "stale"]
REASONS: tuple[Reason, ...] = ("unknown", "no-place", "wrong-time", "stale")
Verdict = Literal["admitted", "duplicate", "refused"]
VERDICTS: tuple[Verdict, ...] = ("admitted", "duplicate", "refused")


@dataclass(frozen=True)
class Window:
    """When a timing lets people in: from ``opens_at`` to before ``closes_at``."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Bundle:
    """The rules of one event as they were at ``issued_at``: whose code has a place, and when doors are open."""

    event_id: str
    issued_at: datetime
    windows: Mapping[str, Window]
    places: Mapping[str, int]
    """Digest of a secret code to the places of its registration; only of registrations that have places."""
    others: frozenset[str] = field(default_factory=frozenset)
    """Digests of codes that are known and have no place: they wait, have an offer, or gave theirs back."""


@dataclass(frozen=True)
class Scan:
    """One code at one door. ``id`` is unique among all devices; ``at`` is what the device's clock said."""

    id: str
    device_id: str
    code_digest: str
    timing_id: str
    at: datetime
    issued_at: datetime
    """Of the bundle the device had."""
    forced: bool = False
    """Somebody let them in although the rules did not."""
    offline: bool = False
    """The device had no network then."""

    @property
    def order(self) -> tuple[datetime, str]:
        """What decides which of several scans was first, on every device alike."""
        return self.at, self.id

    @property
    def admission(self) -> tuple[str, str]:
        """Who is admitted to what: this happens once."""
        return self.timing_id, self.code_digest


def judge(bundle: Bundle, scan: Scan) -> Reason | None:
    """Why the rules turn a scan away; None when they let in. Whether it is the first is not asked here."""
    if not bundle.issued_at - CLOCKS_DIFFER <= scan.at <= bundle.issued_at + VALID_FOR:
        return "stale"
    if scan.code_digest not in bundle.places:
        return "no-place" if scan.code_digest in bundle.others else "unknown"
    window = bundle.windows.get(scan.timing_id)
    if window is None or not window.opens_at <= scan.at < window.closes_at:
        return "wrong-time"
    return None


def merge(*logs: Iterable[Scan]) -> list[Scan]:
    """The scans of all logs, each once, in order. Commutative, associative, and the same when repeated.

    Of two scans that share an id the one that is first in order is kept, whichever log it stands in.
    """
    kept: dict[str, Scan] = {}
    for log in logs:
        for scan in log:
            known = kept.get(scan.id)
            if known is None or _whole_order(scan) < _whole_order(known):
                kept[scan.id] = scan
    return sorted(kept.values(), key=lambda scan: scan.order)


def admissions(scans: Collection[Scan], reasons: Mapping[str, Reason | None]) -> dict[str, Verdict]:
    """For each scan, by id, what it did: of those that may admit the same person only the first admits.

    ``reasons`` says, by scan id, why the rules turned it away; a forced scan admits all the same.
    """
    first: dict[tuple[str, str], Scan] = {}
    for scan in scans:
        if may_admit(scan, reasons[scan.id]):
            first[scan.admission] = min(first.get(scan.admission, scan), scan, key=lambda one: one.order)
    firsts = {scan.id for scan in first.values()}
    return {
        scan.id: "admitted" if scan.id in firsts else "duplicate" if may_admit(scan, reasons[scan.id]) else "refused"
        for scan in scans
    }


def may_admit(scan: Scan, reason: Reason | None) -> bool:
    """Whether somebody came in by this scan: the rules let them, or a person did."""
    return reason is None or scan.forced


def _whole_order(scan: Scan) -> tuple[object, ...]:
    return (scan.at, scan.device_id, scan.code_digest, scan.timing_id, scan.issued_at, scan.forced, scan.offline)
