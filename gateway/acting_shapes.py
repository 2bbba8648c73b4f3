"""What the gateway needs of the answers that services give to someone who takes part, and looks how that stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gateway.answer_shapes import Id, KnownCall, Line, Moment, Named, Page, Point, Sailing, Text, Timing

Number = Annotated[int, Meta(ge=0, le=2**53)]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]{8,200}$")]
"""A secret that opens something: it stands in the address of a page."""


class Desk(msgspec.Struct, kw_only=True):
    """How full an event is."""

    capacity: Number
    free: Number
    waiting: Number
    max_party: Annotated[int, Meta(ge=1, le=1000)]
    offer_minutes: Number
    opens_at: Moment | None
    open: bool


class Brief(msgspec.Struct, kw_only=True):
    title: Text
    status: str | None


class Registration(msgspec.Struct, kw_only=True):
    """One's registration for an event, as its code opens it."""

    event_id: Id
    state: Literal["asked", "registered", "waiting", "offered", "expired", "cancelled"]
    party: Annotated[int, Meta(ge=1, le=1000)]
    ahead: Number | None
    offer_expires_at: Moment | None
    name: str | None
    says: Named
    event: Brief
    code: Code | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.state == "offered" and self.offer_expires_at is None:
            raise ValueError("an offer without an end")
        if self.state == "waiting" and self.ahead is None:
            raise ValueError("a line without a place in it")


class RegistrationMade(Registration, kw_only=True):
    code: Code


class FestivalShown(msgspec.Struct, kw_only=True):
    id: Id
    name: Named
    summary: Text = UNSET
    towns: list[Id]
    first_day: date
    last_day: date


class ProposalMade(msgspec.Struct, kw_only=True):
    event_id: Id
    code: Code


class Proposal(msgspec.Struct, kw_only=True):
    """What became of a proposal, as its code opens it."""

    event_id: Id
    state: str
    open: bool
    decision: str | None
    title: Named
    says: Named
    reason: Text = UNSET


class TourPlace(msgspec.Struct, kw_only=True):
    name: Named
    point: Point | None
    minutes: Number | None


class Landing(msgspec.Struct, kw_only=True):
    """A crossing that lands in time for a tour."""

    sailing_id: Id
    illustrative: bool
    departure: KnownCall
    arrival: KnownCall


class TourTiming(Timing, kw_only=True):
    fits: Landing | None


class Tour(msgspec.Struct, kw_only=True):
    id: Id
    town: Id
    title: Named
    summary: Text = UNSET
    status: str
    synthetic: bool
    source: Line = UNSET
    leader: str
    mode: str
    length_m: Number
    meeting_point: TourPlace
    route: list[TourPlace]
    timings: list[TourTiming]


class Stamped(msgspec.Struct, kw_only=True):
    name: Named
    kind: str
    date: date


class PassShown(msgspec.Struct, kw_only=True):
    """A pass and its latest stamps."""

    id: Id
    stamps: Number
    expires_at: Moment
    latest: Annotated[list[Stamped], Meta(max_length=200)]


class Offer(msgspec.Struct, kw_only=True):
    id: Id
    town: Id
    title: Named
    terms: Named
    uses: Number
    stamps_needed: Number
    left: Number
    ends_at: Moment
    synthetic: bool


class Voucher(msgspec.Struct, kw_only=True):
    id: Code
    uses_left: Number
    offer: Offer


class PlannedStop(msgspec.Struct, kw_only=True):
    kind: Literal["place", "maker", "event"]
    id: Id
    name: Text
    status: str
    walk_minutes: Number
    hours_assumed: bool
    arrives_local: Moment
    begins_local: Moment
    leaves_local: Moment


class Alert(msgspec.Struct, kw_only=True):
    text: Named
    reason: Text


class DayPlan(msgspec.Struct, kw_only=True):
    """A day between two ferries, in the local time of its town."""

    id: Id
    town: Id
    zone: str
    pace: str
    revision: Number
    starts_local: Moment
    closes_local: Moment
    be_back_by_local: Moment
    back_local: Moment
    walk_back_minutes: Number
    stops: Annotated[list[PlannedStop], Meta(max_length=200)]
    arrival_sailing: Crossing | None
    return_sailing: Crossing | None
    status: Literal["planned", "disrupted"]
    alerts: Annotated[list[Alert], Meta(max_length=200)]
    code: Code | UnsetType = UNSET


class Crossing(Sailing, kw_only=True):
    """A sailing of a plan: told by itself, not as one that comes or leaves."""

    direction: str | UnsetType = UNSET


class DayPlanMade(DayPlan, kw_only=True):
    code: Code


SHAPES: dict[str, Any] = {
    r"/v1/passes": PassShown,
    r"/v1/passes/[^/]+/open": PassShown,
    r"/v1/offers": Page[Offer],
    r"/v1/offers/[^/]+": Offer,
    r"/v1/offers/[^/]+/vouchers": Voucher,
    r"/v1/day-plans": DayPlanMade,
    r"/v1/day-plans/[^/]+/(?:open|replan)": DayPlan,
    r"/v1/festivals": Page[FestivalShown],
    r"/v1/festivals/[^/]+": FestivalShown,
    r"/v1/festivals/[^/]+/proposals": ProposalMade,
    r"/v1/events/proposals/[^/]+": Proposal,
    r"/v1/tours": Page[Tour],
    r"/v1/tours/[^/]+": Tour,
    r"/v1/events/[^/]+/registration": Desk,
    r"/v1/events/[^/]+/registrations": RegistrationMade,
    r"/v1/registrations/[^/]+(?:/(?:accept|cancel))?": Registration,
}
"""Path to what is answered there."""
