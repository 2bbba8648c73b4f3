"""Who may do what: one line for every route. A route without a line, or a line without a route, is a failed test.

``who``: ``anyone``, ``account`` (any that is signed in), or the roles of which one is needed.
``whose``: ``own`` is for what belongs to the caller, ``own-but:<roles>`` also for those roles on what is another's,
``shared`` is for what its roles work on together, ``-`` names nothing of anybody's or what is public.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.schemas import ROLES

TABLE = """
# visitor: desks and places are worked on together; a plan, a pass and a voucher are opened by a code
GET    /v1/centres                                        anyone                            -
GET    /v1/centres/<centre_id>                            anyone                            -
POST   /v1/centres/<centre_id>/open                       ambassador,operator               shared
POST   /v1/day-plans                                      anyone                            -
POST   /v1/day-plans/<plan_id>/open                       anyone                            -
POST   /v1/day-plans/<plan_id>/replan                     anyone                            -
POST   /v1/desk-sync                                      ambassador                        shared
GET    /v1/enquiries                                      ambassador,operator               shared
POST   /v1/enquiries                                      ambassador                        shared
POST   /v1/enquiries/quick                                ambassador                        shared
GET    /v1/guide                                          anyone                            -
GET    /v1/guide/bundle                                   anyone                            -
POST   /v1/guide/bundle/delta                             anyone                            -
GET    /v1/guide/map                                      anyone                            -
GET    /v1/guide/offline                                  anyone                            -
GET    /v1/guide/pdf                                      anyone                            -
GET    /v1/offers                                         anyone                            -
POST   /v1/offers                                         ambassador,curator,maker          -
GET    /v1/offers/<offer_id>                              anyone                            -
POST   /v1/offers/<offer_id>/vouchers                     anyone                            -
POST   /v1/passes                                         anyone                            -
POST   /v1/passes/<pass_id>/open                          anyone                            -
GET    /v1/passes/<pass_id>/qr.svg                        anyone                            -
POST   /v1/passes/<pass_id>/stamps                        anyone                            -
GET    /v1/places                                         anyone                            -
POST   /v1/places                                         ambassador,curator,maker,operator -
GET    /v1/places/<place_id>                              anyone                            -
PATCH  /v1/places/<place_id>                              ambassador,curator,maker,operator own-but:ambassador,operator
GET    /v1/places/geojson                                 anyone                            -
POST   /v1/places/import                                  ambassador,operator               shared
POST   /v1/plans                                          anyone                            -
GET    /v1/plans/<plan_id>                                anyone                            -
GET    /v1/referrals                                      ambassador,operator               shared
POST   /v1/referrals                                      ambassador                        shared
GET    /v1/referrals/summary                              anyone                            -
GET    /v1/sailings                                       anyone                            -
GET    /v1/sailings/<sailing_id>                          anyone                            -
DELETE /v1/sailings/<sailing_id>/cancel                   ambassador,operator               shared
POST   /v1/sailings/<sailing_id>/cancel                   ambassador,operator               shared
DELETE /v1/sailings/<sailing_id>/delay                    ambassador,operator               shared
PUT    /v1/sailings/<sailing_id>/delay                    ambassador,operator               shared
GET    /v1/sailings/board                                 anyone                            -
POST   /v1/sailings/import                                ambassador,operator               shared
POST   /v1/sailings/import/address                        ambassador,operator               shared
POST   /v1/sailings/live                                  ambassador,operator               shared
GET    /v1/shifts                                         anyone                            -
POST   /v1/shifts                                         ambassador,operator               shared
POST   /v1/shifts/<shift_id>/accept                       ambassador                        shared
DELETE /v1/shifts/<shift_id>/offer                        ambassador                        shared
PUT    /v1/shifts/<shift_id>/offer                        ambassador                        shared
DELETE /v1/shifts/<shift_id>/signup                       ambassador                        shared
POST   /v1/shifts/<shift_id>/signup                       ambassador                        shared
GET    /v1/shifts/cover                                   anyone                            -
GET    /v1/shifts/gaps                                    anyone                            -
GET    /v1/stamp-points                                   anyone                            -
POST   /v1/stamp-points                                   ambassador,curator,maker          -
POST   /v1/stamp-points/<point_id>/close                  ambassador,curator,maker,operator own-but:ambassador,operator
POST   /v1/visits                                         ambassador,maker                  -
GET    /v1/visits/summary                                 anyone                            -
POST   /v1/vouchers/<voucher_id>/redemptions              ambassador,curator,maker          own

# festivals: whoever made an event decides about it, its curators about what is proposed; guests and devices have a code
GET    /v1/events                                         anyone                            -
POST   /v1/events                                         curator                           own
GET    /v1/events/<event_id>                              anyone                            -
PATCH  /v1/events/<event_id>                              curator                           own
POST   /v1/events/<event_id>/accept                       curator                           own
POST   /v1/events/<event_id>/cancel                       curator                           own
GET    /v1/events/<event_id>/checkin                      curator                           own
GET    /v1/events/<event_id>/clashes                      curator                           own
POST   /v1/events/<event_id>/propose                      curator                           own
POST   /v1/events/<event_id>/publish                      curator                           own
POST   /v1/events/<event_id>/refuse                       curator                           own
GET    /v1/events/<event_id>/registration                 anyone                            -
PUT    /v1/events/<event_id>/registration                 curator                           own
GET    /v1/events/<event_id>/registrations                curator                           own
POST   /v1/events/<event_id>/registrations                anyone                            -
GET    /v1/events/<event_id>/scanners                     curator                           own
POST   /v1/events/<event_id>/scanners                     curator                           own
GET    /v1/events/<event_id>/scanners/<code>/bundle       anyone                            -
GET    /v1/events/<event_id>/scanners/<code>/scans        anyone                            -
POST   /v1/events/<event_id>/scanners/<code>/scans        anyone                            -
POST   /v1/events/<event_id>/scanners/<scanner_id>/revoke curator                           own
POST   /v1/events/<event_id>/withdraw                     curator                           own
GET    /v1/events/calendar.ics                            anyone                            -
GET    /v1/events/duplicates                                 curator                           own
POST   /v1/events/duplicates/<pair_id>/dismiss               curator                           own
POST   /v1/events/duplicates/<pair_id>/merge                 curator                           own
PUT    /v1/events/external/<external_id>                  curator                           -
GET    /v1/events/feed.rss                                anyone                            -
POST   /v1/events/import                                  curator                           -
POST   /v1/events/import/address                             curator                           -
GET    /v1/events/proposals/<code>                        anyone                            -
GET    /v1/festivals                                      anyone                            -
POST   /v1/festivals                                      curator                           -
GET    /v1/festivals/<festival_id>                        anyone                            -
GET    /v1/festivals/<festival_id>/calendar.ics           anyone                            -
GET    /v1/festivals/<festival_id>/members                account                           own
DELETE /v1/festivals/<festival_id>/members/<account_id>   account                           own
PUT    /v1/festivals/<festival_id>/members/<account_id>   account                           own
POST   /v1/festivals/<festival_id>/programme              curator                           own
DELETE /v1/festivals/<festival_id>/programme/<event_id>   curator                           own
GET    /v1/festivals/<festival_id>/proposals              account                           own
POST   /v1/festivals/<festival_id>/proposals              anyone                            -
GET    /v1/registrations/<code>                           anyone                            -
POST   /v1/registrations/<code>/accept                    anyone                            -
POST   /v1/registrations/<code>/cancel                    anyone                            -
GET    /v1/tours                                          anyone                            -
GET    /v1/tours/<event_id>                               anyone                            -
PUT    /v1/tours/<event_id>                               curator                           own
GET    /v1/venues                                         anyone                            -
POST   /v1/venues                                         curator                           -

# marketplace: a maker's trade belongs to its members, a shop's till to its keeper, an order to its buyer and maker
GET    /v1/consignments                                   account                           own
POST   /v1/consignments                                   maker                             own
POST   /v1/consignments/<consignment_id>/return           ambassador,curator,maker          own
GET    /v1/makers                                         anyone                            -
POST   /v1/makers                                         maker                             -
GET    /v1/makers/<maker_id>                              anyone                            -
PATCH  /v1/makers/<maker_id>                              maker                             own
GET    /v1/makers/<maker_id>/members                      maker                             own
POST   /v1/makers/<maker_id>/members                      maker                             own
DELETE /v1/makers/<maker_id>/members/<account_id>         maker                             own
GET    /v1/offerings                                      anyone                            -
POST   /v1/offerings                                      maker                             own
GET    /v1/offerings/<offering_id>                        anyone                            -
PATCH  /v1/offerings/<offering_id>                        maker                             own
GET    /v1/offerings/<offering_id>/items                  anyone                            -
POST   /v1/offerings/<offering_id>/relist                 maker                             own
POST   /v1/offerings/<offering_id>/stock                  maker                             own
POST   /v1/offerings/<offering_id>/withdraw               maker                             own
GET    /v1/orders                                         account                           own
POST   /v1/orders                                         account                           -
GET    /v1/orders/<order_id>                              account                           own
POST   /v1/orders/<order_id>/cancel                       account                           own
POST   /v1/orders/<order_id>/collect                      maker                             own
GET    /v1/passports/<item_id>                            anyone                            -
GET    /v1/passports/keys                                 anyone                            -
GET    /v1/popups                                         anyone                            -
POST   /v1/popups                                         ambassador,curator,maker          -
GET    /v1/popups/<popup_id>                              anyone                            -
GET    /v1/sales                                          ambassador,curator,maker          own
POST   /v1/sales                                          ambassador,curator,maker          own
GET    /v1/statements                                     maker,operator                    own-but:operator

# media: a producer's titles, releases and placements are theirs alone
GET    /v1/channels                                       anyone                            -
POST   /v1/channels                                       operator,producer                 -
GET    /v1/placements                                     anyone                            -
POST   /v1/placements                                     producer                          own
POST   /v1/placements/<placement_id>/click                anyone                            -
GET    /v1/placements/<placement_id>/out                  anyone                            -
GET    /v1/productions                                    anyone                            -
GET    /v1/productions/<subject_id>                       anyone                            -
POST   /v1/productions/<subject_id>/hand-back             producer                          own
POST   /v1/productions/<subject_id>/take-up               producer                          shared
GET    /v1/releases                                       anyone                            -
POST   /v1/releases                                       producer                          own
PATCH  /v1/releases/<release_id>                          producer                          own
GET    /v1/titles                                         anyone                            -
POST   /v1/titles                                         producer                          own
GET    /v1/titles/<title_id>                              anyone                            -
PATCH  /v1/titles/<title_id>                              producer                          own
POST   /v1/titles/<title_id>/publish                      producer                          own
GET    /v1/titles/feed/<town>.rss                         anyone                            -

# gateway
GET    /.well-known/jwks.json                             anyone                            -
GET    /v1/accounts                                       operator                          shared
POST   /v1/accounts                                       anyone                            -
POST   /v1/accounts/<account_id>/roles                    operator                          shared
GET    /v1/accounts/me                                    account                           own
POST   /v1/auth/token                                     anyone                            -
GET    /v1/search                                         anyone                            -
GET    /v1/timeline                                       anyone                            -
GET    /v1/today                                          anyone                            -

# parked events of every service: operators see to them together
GET    /v1/parked/visitor                                 operator                          shared
POST   /v1/parked/visitor/discard                         operator                          shared
GET    /v1/parked/visitor/record                          operator                          shared
POST   /v1/parked/visitor/redrive                         operator                          shared
GET    /v1/parked/festivals                               operator                          shared
POST   /v1/parked/festivals/discard                       operator                          shared
GET    /v1/parked/festivals/record                        operator                          shared
POST   /v1/parked/festivals/redrive                       operator                          shared
GET    /v1/parked/marketplace                             operator                          shared
POST   /v1/parked/marketplace/discard                     operator                          shared
GET    /v1/parked/marketplace/record                      operator                          shared
POST   /v1/parked/marketplace/redrive                     operator                          shared
GET    /v1/parked/media                                   operator                          shared
POST   /v1/parked/media/discard                           operator                          shared
GET    /v1/parked/media/record                            operator                          shared
POST   /v1/parked/media/redrive                           operator                          shared
"""


@dataclass(frozen=True)
class Access:
    """One line of the table."""

    label: str
    who: tuple[str, ...]
    whose: str

    @property
    def open(self) -> bool:
        """Whether nobody has to sign in."""
        return self.who == ("anyone",)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of which one is needed; none when any account will do."""
        return () if self.who in (("anyone",), ("account",)) else self.who

    @property
    def refused_on_others(self) -> list[str]:
        """The roles that may use the route, and not on what belongs to another account."""
        kind, _, but = self.whose.partition(":")
        if kind not in ("own", "own-but"):
            return []
        return [role for role in self.roles or ("visitor",) if role not in but.split(",")]

    def lets_in(self, roles: tuple[str, ...] | None) -> bool:
        """Whether an account with ``roles`` may use the route at all; None is nobody."""
        if self.open:
            return True
        return roles is not None and (not self.roles or not set(self.roles).isdisjoint(roles))


def access() -> dict[str, Access]:
    """The table by route."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]
    found = {
        f"{method} {path}": Access(f"{method} {path}", tuple(who.split(",")), whose)
        for method, path, who, whose in lines
    }
    if len(found) != len(lines):
        raise ValueError("a route has two lines")
    unknown = {role for line in found.values() for role in line.roles} - set(ROLES)
    if unknown:
        raise ValueError(f"roles that nobody can have: {sorted(unknown)}")
    return found


def line_of(label: str) -> Access:
    """The line of a route. ``AssertionError`` that says what to do when there is none."""
    line = access().get(label)
    assert line is not None, f"{label} has no line in tests/security/access.py: say who may use it, and on whose things"
    return line
