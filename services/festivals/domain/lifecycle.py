"""The life of an event: which state it is in, whether it takes place, and who may move it on: its curator alone.

*State* says who sees it (``draft``, ``published``, ``withdrawn``), *status* whether it takes place: ``cancelled``,
``disrupted``, or what its curator says of it. A cancelled event stays published, so that people who had planned to come
are told.
There is no state in which an event waits for someone's approval.
"""

from __future__ import annotations

from typing import Literal

from kernel.errors import Conflict

State = Literal["draft", "published", "withdrawn"]
Said = Literal["scheduled", "rescheduled", "moved-online", "postponed", "full"]
Status = Said | Literal["disrupted", "cancelled"]
Action = Literal["publish", "withdraw", "cancel", "change"]

STATES: tuple[State, ...] = ("draft", "published", "withdrawn")
SAYABLE: tuple[Said, ...] = ("scheduled", "rescheduled", "moved-online", "postponed", "full")
"""What a curator says of whether and how an event takes place; a cancellation has an action of its own."""
STATUSES: tuple[Status, ...] = (*SAYABLE, "disrupted", "cancelled")

TRANSITIONS: dict[Action, dict[State, State]] = {
    "publish": {"draft": "published", "withdrawn": "published"},
    "withdraw": {"published": "withdrawn"},
    "cancel": {"published": "published"},
    "change": {"draft": "draft", "published": "published", "withdrawn": "withdrawn"},
}
"""Action to the states it may be taken in and the state it leads to."""

REFUSALS: dict[tuple[Action, State], str] = {
    ("publish", "published"): "This event is already public; change it with PATCH.",
    ("withdraw", "draft"): "This event was never public, so there is nothing to withdraw.",
    ("withdraw", "withdrawn"): "This event is already withdrawn; publish it to bring it back.",
    ("cancel", "draft"): "Nobody has seen this event yet: just leave it unpublished.",
    ("cancel", "withdrawn"): "This event is withdrawn and no longer listed; publish it first if people must be told.",
}


def after(action: Action, state: State, status: Status) -> State:
    """The state an event is in after ``action``.

    Raises Conflict, with what to do instead, when the action does not go with the present state. A cancelled event
    is final: it stays listed as cancelled.
    """
    if status == "cancelled":
        raise Conflict("This event is cancelled and stays listed as cancelled; draft a new event instead.")
    following = TRANSITIONS[action].get(state)
    if following is None:
        raise Conflict(REFUSALS[action, state])
    return following


def status_of(*, cancelled: bool, disrupted: bool, said: Said = "scheduled") -> Status:
    """Whether an event takes place: a cancellation outranks a disruption, a disruption what its curator said."""
    if cancelled:
        return "cancelled"
    return "disrupted" if disrupted else said
