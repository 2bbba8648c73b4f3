"""The life of an event: which state it is in, whether it takes place, and who may move it on: its curator alone.

*State* says who sees it (``draft``, ``proposed``, ``published``, ``withdrawn``, ``refused``), *status* whether it takes
place: ``cancelled``, ``disrupted``, or what its curator says of it. A cancelled event stays published, so that people
who had planned to come are told.
An event of an open festival waits for nobody's approval. One that is *proposed*, by somebody without an account or to a
festival that is not open, waits for the festival's own curators; nobody else can accept or refuse it.
"""

from __future__ import annotations

from typing import Literal

from kernel.errors import Conflict

State = Literal["draft", "proposed", "published", "withdrawn", "refused"]
Said = Literal["scheduled", "rescheduled", "moved-online", "postponed", "full"]
Status = Said | Literal["disrupted", "cancelled"]
Action = Literal["publish", "withdraw", "cancel", "change", "propose", "accept", "refuse"]

STATES: tuple[State, ...] = ("draft", "proposed", "published", "withdrawn", "refused")
SAYABLE: tuple[Said, ...] = ("scheduled", "rescheduled", "moved-online", "postponed", "full")
"""What a curator says of whether and how an event takes place; a cancellation has an action of its own."""
STATUSES: tuple[Status, ...] = (*SAYABLE, "disrupted", "cancelled")

TRANSITIONS: dict[Action, dict[State, State]] = {
    "publish": {"draft": "published", "withdrawn": "published"},
    "withdraw": {"published": "withdrawn", "proposed": "withdrawn"},
    "cancel": {"published": "published"},
    "change": {state: state for state in STATES},
    "propose": {"draft": "proposed", "withdrawn": "proposed", "refused": "proposed"},
    "accept": {"proposed": "published"},
    "refuse": {"proposed": "refused"},
}
"""Action to the states it may be taken in and the state it leads to."""

REFUSALS: dict[tuple[Action, State], str] = {
    ("publish", "published"): "This event is already public; change it with PATCH.",
    ("withdraw", "draft"): "This event was never public, so there is nothing to withdraw.",
    ("withdraw", "withdrawn"): "This event is already withdrawn; publish it to bring it back.",
    ("publish", "proposed"): "This event waits for the festival's curators: they accept or refuse it.",
    ("publish", "refused"): "The festival's curators refused this event; change it and propose it again.",
    ("withdraw", "refused"): "The festival's curators refused this event, so it is in no programme.",
    ("cancel", "proposed"): "This event is only proposed: withdraw it instead.",
    ("cancel", "refused"): "The festival's curators refused this event: nobody has seen it.",
    ("propose", "proposed"): "This event is proposed already; the festival's curators will decide.",
    ("propose", "published"): "This event is public already.",
    **{
        (decision, state): "Only an event that is proposed can be accepted or refused; this one is not."
        for decision in ("accept", "refuse")
        for state in ("draft", "published", "withdrawn", "refused")
    },
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


def status_of(*, cancelled: bool, disrupted: bool, said: Said = "scheduled", full: bool = False) -> Status:
    """Whether an event takes place: a cancellation outranks a disruption, a disruption what its curator said.

    One whose places are all taken is ``full``, unless its curator said something else than ``scheduled``.
    """
    if cancelled:
        return "cancelled"
    if disrupted:
        return "disrupted"
    return "full" if full and said == "scheduled" else said
