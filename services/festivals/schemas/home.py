"""How to get home after an event, as callers get it."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import StrictSchema
from services.festivals.domain.ways_home import ANSWERS


def _on_both_clocks() -> fields.Dict:
    """An instant as the clocks of both towns show it, by town."""
    return fields.Dict(keys=fields.String(), values=fields.String(metadata={"format": "date-time"}))


class HomewardSailing(StrictSchema):
    """A sailing one can take; ``minutes_to_checkin`` lie between the event's end and the close of check-in."""

    sailing_id = fields.String()
    checkin_closes = _on_both_clocks()
    departs = _on_both_clocks()
    arrives = _on_both_clocks()
    minutes_to_checkin = fields.Integer()
    illustrative = fields.Boolean()


class WayHomeView(StrictSchema):
    """The way to one town: the last sailing of the same night, and the next there is at all.

    ``answer`` is ``tonight``, ``later``, or ``unknown`` when no sailing there is known for the three days after.
    """

    to = fields.String()
    answer = fields.String(validate=validate.OneOf(ANSWERS))
    last = fields.Nested(HomewardSailing, allow_none=True)
    next = fields.Nested(HomewardSailing, allow_none=True)


class GettingHome(StrictSchema):
    """Ways home after the timing that runs now or comes next, or else after the last one."""

    timing_id = fields.String()
    ends_at = fields.String(metadata={"format": "date-time"})
    ways = fields.List(fields.Nested(WayHomeView))
