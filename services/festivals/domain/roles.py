"""What people are in a festival: its host and those the host or its curators took in.

The *host* announced it. *Curators* decide with the host about what was proposed. *Contributors* add events of their own
also when the festival is not open to everybody. *Readers* see what is proposed and decide nothing. None of them can
change an event that is somebody else's.
"""

from __future__ import annotations

from typing import Literal

Role = Literal["curator", "contributor", "reader"]
ROLES: tuple[Role, ...] = ("curator", "contributor", "reader")
"""Roles that are given; the host's is not."""
Standing = Literal["host", "curator", "contributor", "reader", "none"]

GIVES: dict[Standing, tuple[Role, ...]] = {"host": ROLES, "curator": ("contributor", "reader")}
"""Which roles somebody may give to others and take from them."""
DECIDES: tuple[Standing, ...] = ("host", "curator")
ADDS: tuple[Standing, ...] = ("host", "curator", "contributor")
READS: tuple[Standing, ...] = ("host", "curator", "contributor", "reader")

MAX_MEMBERS = 500
"""People in one festival."""


def may_give(giver: Standing, before: Role | None, after: Role | None) -> bool:
    """Whether ``giver`` may make somebody ``after`` who was ``before``; None is no role."""
    return all(role in GIVES.get(giver, ()) for role in (before, after) if role is not None)
