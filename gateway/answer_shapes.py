"""What the gateway needs of the answers that services give: one shape for each thing that is shown of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

T = TypeVar("T")

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Words = Annotated[str, Meta(min_length=1)]
Named = Annotated[dict[str, Words], Meta(min_length=1)]
"""A text by language that is never empty."""
Text = dict[str, Words] | None | UnsetType
"""A text by language."""
Line = str | None | UnsetType
Count = Annotated[int, Meta(ge=0, le=2**53)] | None | UnsetType
Flag = bool | UnsetType
Moment = Annotated[datetime, Meta(tz=True)]
Link = Annotated[str, Meta(pattern=r"^https?://[^\s<>\"'\\]+$", max_length=2000)]
"""An address that people are sent to."""
Here = Annotated[str, Meta(pattern=r"^/v1/[A-Za-z0-9/._~-]+$", max_length=500)]
"""A path of the platform."""


class Point(msgspec.Struct, kw_only=True):
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]


class Call(msgspec.Struct, kw_only=True):
    town: Id
    at: Moment
    local: Moment
    zone: str


class Delay(msgspec.Struct, kw_only=True):
    departs_local: Moment
    arrives_local: Moment
    minutes: Annotated[int, Meta(ge=-(2**31), le=2**31)]
    reason: Text = UNSET


class Sailing(msgspec.Struct, kw_only=True):
    id: Id
    direction: str
    status: str
    departure: Call
    arrival: Call
    service_date: date
    crossing_minutes: Count = UNSET
    checkin_minutes: Count = UNSET
    checkin_closes_at: Moment | UnsetType | None = UNSET
    checkin_closes_local: Moment | UnsetType | None = UNSET
    ship: Line = UNSET
    expected_passengers: Count = UNSET
    illustrative: bool
    reason: Text = UNSET
    delay: Delay | UnsetType | None = UNSET


class Timing(msgspec.Struct, kw_only=True):
    id: Id
    starts_at: Moment
    ends_at: Moment
    zone: str
    previous_starts: list[Moment] | UnsetType = UNSET


class Where(msgspec.Struct, kw_only=True):
    town: Id | UnsetType = UNSET
    venue_id: Id | UnsetType = UNSET
    name: Text = UNSET
    address: Line = UNSET
    point: Point | UnsetType | None = UNSET


class Because(msgspec.Struct, kw_only=True):
    reason: Text = UNSET


class Festival(msgspec.Struct, kw_only=True):
    id: Id | UnsetType = UNSET
    name: Text = UNSET


class Person(msgspec.Struct, kw_only=True):
    id: str | UnsetType = UNSET
    name: str


class KnownCall(msgspec.Struct, kw_only=True):
    town: Id
    at: Moment
    zone: str


class KnownSailing(msgspec.Struct, kw_only=True):
    """A crossing as another service knows it: with both ends once ``known``."""

    id: Id
    known: bool = False
    cancelled: Flag = UNSET
    illustrative: Flag = UNSET
    departure: KnownCall | UnsetType = UNSET
    arrival: KnownCall | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.known and (self.departure is UNSET or self.arrival is UNSET):
            raise ValueError("known without its ends")


class Ages(msgspec.Struct, kw_only=True):
    min: Count = UNSET
    max: Count = UNSET


class Event(msgspec.Struct, kw_only=True):
    id: Id
    town: Id
    festival_id: Id
    title: Named
    timings: list[Timing]
    kind: str
    status: str
    festival: Festival | UnsetType | None = UNSET
    summary: Text = UNSET
    description: Text = UNSET
    where: Where | UnsetType | None = UNSET
    keywords: list[str] | UnsetType | None = UNSET
    keywords_by_language: dict[str, list[str]] | UnsetType = UNSET
    sailing_ids: list[Id] | UnsetType | None = UNSET
    website: Link | UnsetType | None = UNSET
    tour_url: Here | UnsetType | None = UNSET
    source: Line = UNSET
    synthetic: bool
    next_timing: Timing | UnsetType | None = UNSET
    cancellation: Because | UnsetType | None = UNSET
    disruptions: list[Because] | UnsetType = UNSET
    sailings: list[KnownSailing] | UnsetType = UNSET
    translation_status: dict[str, str] | UnsetType = UNSET
    calendar_url: Here | UnsetType | None = UNSET
    updated_at: Moment | UnsetType | None = UNSET
    date_text: Text = UNSET
    conditions: Text = UNSET
    accessibility: list[str] | UnsetType | None = UNSET
    attendance: Line = UNSET
    online_url: Link | UnsetType | None = UNSET
    admission: Line = UNSET
    ages: Ages | UnsetType | None = UNSET


class Homeward(msgspec.Struct, kw_only=True):
    """A sailing home by the clocks of both towns, by town."""

    checkin_closes: dict[Id, Moment]
    departs: dict[Id, Moment]
    arrives: dict[Id, Moment]
    illustrative: bool


class WayHome(msgspec.Struct, kw_only=True):
    to: Id
    answer: Literal["tonight", "later", "unknown"]
    last: Homeward | None
    next: Homeward | None


class GettingHome(msgspec.Struct, kw_only=True):
    ways: list[WayHome]


class EventShown(Event, kw_only=True):
    curator: Person
    getting_home: GettingHome | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        for way in self.getting_home.ways if self.getting_home else []:
            for ship in (way.last, way.next):
                if ship and not all({self.town, way.to} <= clocks.keys() for clocks in _clocks(ship)):
                    raise ValueError("a way home without the clocks of both towns")


def _clocks(ship: Homeward) -> tuple[dict[str, Moment], ...]:
    return ship.checkin_closes, ship.departs, ship.arrives


class Maker(msgspec.Struct, kw_only=True):
    id: Id
    town: Id
    name: str
    kind: str
    address: Line = UNSET
    point: Point | UnsetType | None = UNSET
    visitors_welcome: bool
    walk_minutes: Count = UNSET
    craft: Text = UNSET
    summary: Text = UNSET
    opening_hours: Text = UNSET
    synthetic: bool
    joined_at: Moment | UnsetType = UNSET


class MakerShown(Maker, kw_only=True):
    joined_at: Moment


class Money(msgspec.Struct, kw_only=True):
    amount: Annotated[int, Meta(ge=0, le=2**53)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class Material(msgspec.Struct, kw_only=True):
    name: Text = UNSET
    origin: str | None


class Offering(msgspec.Struct, kw_only=True):
    id: Id
    maker_id: Id
    town: Id
    kind: Literal["product", "service", "class"]
    price: Money
    prices: list[Money]
    available: Count = UNSET
    status: str
    title: Text = UNSET
    summary: Text = UNSET
    schedule: Text = UNSET
    materials: list[Material] | UnsetType | None = UNSET
    synthetic: bool


class Place(msgspec.Struct, kw_only=True):
    id: Id
    town: Id
    kind: str
    point: Point
    address: Line = UNSET
    walk_minutes: Count = UNSET
    source: Line = UNSET
    name: Text = UNSET
    summary: Text = UNSET
    hours_text: Text = UNSET
    open_now: bool | UnsetType | None = UNSET
    verified_on: date | UnsetType | None = UNSET
    synthetic: bool


class Release(msgspec.Struct, kw_only=True):
    channel_name: str
    url: Link
    id: Id
    title_id: Id
    producer_id: Id
    channel_id: Id
    placement_id: Id | None
    out: Here | None
    starts_on: date
    ends_on: date | UnsetType | None = UNSET
    territory: str
    public: bool
    created_at: Moment
    synthetic: bool


class Title(msgspec.Struct, kw_only=True):
    id: Id
    kind: Literal["film", "series", "episode"]
    towns: list[Id]
    name: Named
    summary: Text = UNSET
    languages: list[str] | UnsetType | None = UNSET
    runtime_minutes: Count = UNSET
    series_id: Id | UnsetType | None = UNSET
    episode_number: Count = UNSET
    published_on: date | UnsetType | None = UNSET
    premiered_on: date | UnsetType | None = UNSET
    releases: list[Release] | UnsetType = UNSET
    episodes: list[Title] | UnsetType = UNSET
    source: Line = UNSET
    synthetic: bool


class Party(msgspec.Struct, kw_only=True):
    id: Id | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    name: Text = UNSET
    town: Line = UNSET
    since: Moment | UnsetType = UNSET


class Hand(Party, kw_only=True):
    kind: str
    since: Moment


class Head(msgspec.Struct, kw_only=True):
    hash: str
    key_id: str


class Passport(msgspec.Struct, kw_only=True):
    item_id: Id
    offering_id: Id
    maker: Party
    town: str | None
    hands: list[Hand]
    materials: list[Material]
    intact: bool
    problems: list[str]
    entries: list[dict[str, Any]]
    head: Head
    sold: bool
    synthetic: bool
    made_on: str | None
    title: Text = UNSET
    made_in: Text = UNSET
    town_name: Text = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.made_on, str):
            datetime.fromisoformat(self.made_on)


class Page(msgspec.Struct, Generic[T], kw_only=True):
    items: Annotated[list[T], Meta(max_length=200)]
    next_cursor: str | None = None


class Said(msgspec.Struct, kw_only=True):
    """A text that the service has picked, and the language it is in."""

    text: str
    lang: str


class Guided(msgspec.Struct, kw_only=True):
    id: Id
    title: Said
    summary: Said | None
    synthetic: bool


class GuidedPlace(Guided, kw_only=True):
    walk_minutes: Annotated[int, Meta(ge=0, le=2**53)] | None
    address: str | None
    hours: Said | None
    open_now: bool | None
    verified_on: date | None
    source: str | None


class GuidedOffering(Guided, kw_only=True):
    price: Money


class GuidedMaker(Guided, kw_only=True):
    craft: Said | None
    offerings: list[GuidedOffering]


class GuidedTiming(msgspec.Struct, kw_only=True):
    starts_local: Moment
    ends_local: Moment


class GuidedEvent(Guided, kw_only=True):
    where: Said | None
    status: str
    timings: Annotated[list[GuidedTiming], Meta(min_length=1)]


class Guide(msgspec.Struct, kw_only=True):
    places: Page[GuidedPlace]
    makers: Page[GuidedMaker]
    events: Page[GuidedEvent]
    titles: Page[Guided]


class Document(msgspec.Struct, kw_only=True):
    paths: dict[str, dict[str, Any]]
    components: dict[str, dict[str, Any]] | UnsetType = UNSET
    tags: list[dict[str, Any]] | UnsetType = UNSET
