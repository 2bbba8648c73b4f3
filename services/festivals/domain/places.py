"""Who gets a place: rules of registration and of the waiting list, first come, first served.

A *claim* is what one person asks for: one to a few places together. It is ``asked`` until the desk has dealt with it,
then ``registered`` or ``waiting``. Who is next in line gets an offer (``offered``) as soon as there is room for all of
the claim; nobody further behind is served before them, however small their party. An offer holds its places until it
is accepted, declined or over (``expired``): then they go to the next in line. Newcomers stand behind everybody who
waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

ClaimState = Literal["asked", "registered", "waiting", "offered", "expired", "cancelled"]
CLAIM_STATES: tuple[ClaimState, ...] = ("asked", "registered", "waiting", "offered", "expired", "cancelled")

HOLDING: tuple[ClaimState, ...] = ("registered", "offered")
"""States of claims that keep places from others."""
LIVING: tuple[ClaimState, ...] = ("asked", "registered", "waiting", "offered")
"""States in which a claim may still come to something; one person has one such claim for an event."""

MAX_CAPACITY = 100_000
MAX_PARTY = 20
MAX_WAITING = 5_000
"""Claims in one line."""
MAX_CLAIMS_OF_ADDRESS = 30
"""Claims for one event from one network address, cancelled ones included: as many as an access centre may enter."""
MAX_CLAIMS_OF_ACCOUNT = 5
"""Claims for one event by one account, cancelled ones included."""
RETENTION = timedelta(days=30)
"""How long after the event names, addresses and codes are kept."""


@dataclass(frozen=True)
class Claim:
    """One claim as the rules see it."""

    id: str
    party: int


@dataclass(frozen=True)
class Move:
    """A claim's next state; ``number`` is its place in the order of arrival, given once."""

    claim: Claim
    state: ClaimState
    number: int | None = None
    offer_expires_at: datetime | None = None


@dataclass(frozen=True)
class Book:
    """How full an event is: places held and the number that the next claim gets."""

    capacity: int
    taken: int
    next_number: int

    @property
    def free(self) -> int:
        """Places nobody holds; none, and not fewer, when the capacity was lowered below what is held."""
        return max(0, self.capacity - self.taken)


def settle(
    book: Book,
    *,
    overdue: Sequence[Claim],
    waiting: Sequence[Claim],
    asked: Sequence[Claim],
    offer_until: datetime | None,
    off: bool = False,
) -> tuple[Book, list[Move]]:
    """Bring the book up to date: what happens to each claim, and the book afterwards.

    ``overdue`` are offers whose time is over, ``waiting`` the head of the line and ``asked`` the newcomers, both in
    order; the line is at least one longer than there are places to give out, if there are so many. ``offer_until`` is
    when offers made now end; None when none are made any more, and newcomers are then only put in line. ``off`` says
    that the event will not take place: newcomers, who asked before they could know, get no number.
    """
    taken = book.taken - sum(claim.party for claim in overdue)
    moves = [Move(claim, "expired") for claim in overdue]
    line = list(waiting)
    while offer_until and line and taken + line[0].party <= book.capacity:
        taken += line[0].party
        moves.append(Move(line.pop(0), "offered", offer_expires_at=offer_until))
    number, somebody_waits = book.next_number, bool(line)
    if off:
        return Book(book.capacity, taken, number), [*moves, *(Move(claim, "cancelled") for claim in asked)]
    for claim in asked:
        fits = offer_until is not None and not somebody_waits and taken + claim.party <= book.capacity
        moves.append(Move(claim, "registered" if fits else "waiting", number=number))
        taken += claim.party if fits else 0
        somebody_waits = somebody_waits or not fits
        number += 1
    return Book(book.capacity, taken, number), moves
