"""Events of the visitor service: places, sailings, referrals and visits."""

from __future__ import annotations

from contracts.base import Count, Event, Identifier, Instant, LocalDate, Point, Quantity, Text, Value, Zone


class PlaceListed(Event, frozen=True, kw_only=True):
    """A place can be visited, or its listing changed: carries the whole listing."""

    TYPE = "visitor.place.listed.v1"
    KEY = "place_id"

    place_id: Identifier
    town: Identifier
    kind: str
    """What sort of place: schema.org type name, e.g. ``Museum``, ``TouristAttraction``, ``TrainStation``."""
    name: Text
    summary: Text
    point: Point
    walk_minutes: Count | None = None
    """Walking time from the town's ferry terminal, in minutes."""
    synthetic: bool = False


class CentreOpened(Event, frozen=True, kw_only=True):
    """An access centre receives visitors; ``town`` is absent for the one aboard."""

    TYPE = "visitor.centre.opened.v1"
    KEY = "centre_id"

    centre_id: Identifier
    name: Text
    aboard: bool
    town: Identifier | None = None


class Call(Value, frozen=True, kw_only=True):
    """One end of a crossing: the port town and the instant there with the zone people read it in."""

    town: Identifier
    at: Instant
    zone: Zone


class SailingScheduled(Event, frozen=True, kw_only=True):
    """A crossing is in the timetable, or its timetable entry changed: carries the whole entry."""

    TYPE = "visitor.sailing.scheduled.v1"
    KEY = "sailing_id"

    sailing_id: Identifier
    service_date: LocalDate
    departure: Call
    arrival: Call
    checkin_minutes: Count
    """How long before departure check-in closes, in minutes."""
    ship: str | None = None
    expected_passengers: Count | None = None
    illustrative: bool = False
    """True when the times are made up after travellers' reports and must not be travelled by."""


class SailingCancelled(Event, frozen=True, kw_only=True):
    """A crossing will not run."""

    TYPE = "visitor.sailing.cancelled.v1"
    KEY = "sailing_id"

    sailing_id: Identifier
    departure: Call
    arrival: Call
    cancelled_at: Instant
    reason: Text


class SailingDelayed(Event, frozen=True, kw_only=True):
    """A crossing runs, but is expected at other times than planned: carries the latest expectation.

    Check-in closes as planned all the same, for time may be made up; earlier only for one that leaves early.
    """

    TYPE = "visitor.sailing.delayed.v1"
    KEY = "sailing_id"

    sailing_id: Identifier
    departure: Call
    """As planned."""
    arrival: Call
    """As planned."""
    expected_departure_at: Instant
    expected_arrival_at: Instant
    told_at: Instant
    reason: Text


class SailingReinstated(Event, frozen=True, kw_only=True):
    """A crossing that was cancelled or delayed runs as planned after all."""

    TYPE = "visitor.sailing.reinstated.v1"
    KEY = "sailing_id"

    sailing_id: Identifier
    departure: Call
    arrival: Call
    reinstated_at: Instant


class ReferralMade(Event, frozen=True, kw_only=True):
    """An ambassador sent a visitor to a maker, an event or a place."""

    TYPE = "visitor.referral.made.v1"
    KEY = "referral_id"

    referral_id: Identifier
    enquiry_id: Identifier
    centre_id: Identifier
    target_kind: str
    """``maker``, ``event`` or ``place``."""
    target_id: Identifier
    made_at: Instant
    sailing_id: Identifier | None = None


class VisitRecorded(Event, frozen=True, kw_only=True):
    """Passengers were seen to stop: recorded with a referral, a sailing or neither, never as their effect."""

    TYPE = "visitor.visit.recorded.v1"
    KEY = "visit_id"

    visit_id: Identifier
    town: Identifier
    date: LocalDate
    party_size: Quantity
    recorded_at: Instant
    sailing_id: Identifier | None = None
    referral_id: Identifier | None = None
    target_kind: str | None = None
    target_id: Identifier | None = None
