"""The Alerts of a GTFS Realtime feed: what they say, and which sailings they are about.

Source: GTFS Realtime Reference 2.0, ``Alert`` and ``EntitySelector``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.transit import gtfs_realtime_pb2 as gtfs

from services.visitor.domain.realtime_values import BadEntity, instant_of, sailing_of, texts_of

MAX_SELECTORS = 200
LONGEST_PERIOD = timedelta(days=31)

_Effect = gtfs.Alert.Effect


@dataclass(frozen=True)
class Notice:
    """An alert: about the sailings it names, or about those that call at its towns (None: all) in its periods."""

    entity: str
    effect: str
    header: dict[str, str]
    text: dict[str, str]
    sailing_ids: frozenset[str]
    towns: frozenset[str] | None
    periods: tuple[tuple[datetime, datetime], ...]

    @property
    def cancels(self) -> bool:
        """Whether the sailings it is about do not run."""
        return self.effect == "NO_SERVICE"

    @property
    def by_period(self) -> bool:
        """Whether it is about whatever sails in its periods, and not only about sailings it names."""
        return self.towns is None or bool(self.towns)

    def concerns(self, departs_at: datetime, departs_from: str, arrives_at: datetime, arrives_in: str) -> bool:
        """Whether a sailing calls at one of its towns in one of its periods."""
        calls = ((departs_from, departs_at), (arrives_in, arrives_at))
        return any(
            start <= at < end and (self.towns is None or town in self.towns)
            for town, at in calls
            for start, end in self.periods
        )


def notice_of(entity: str, alert: Any, town_of_stop: Callable[[str], str | None], languages: Sequence[str]) -> Notice:
    """The notice that an Alert is. Raises ``BadEntity``."""
    if not alert.informed_entity:
        raise BadEntity("alert.informed_entity", "is needed: what is the alert about?")
    if len(alert.informed_entity) > MAX_SELECTORS:
        raise BadEntity("alert.informed_entity", f"at most {MAX_SELECTORS}")
    header = texts_of(alert.header_text, languages, "alert.header_text")
    if not header:
        raise BadEntity("alert.header_text", "is needed: it is what people read")
    sailing_ids: set[str] = set()
    towns: set[str] | None = set()
    for index, selector in enumerate(alert.informed_entity):
        where = f"alert.informed_entity[{index}]"
        if selector.HasField("trip"):
            sailing_ids.add(sailing_of(selector.trip, f"{where}.trip"))
        elif selector.stop_id:
            town = town_of_stop(selector.stop_id)
            if town is None:
                raise BadEntity(f"{where}.stop_id", f"{selector.stop_id[:100]!r} is the port of no town here")
            if towns is not None:
                towns.add(town)
        elif selector.agency_id or selector.route_id or selector.HasField("route_type"):
            towns = None
        else:
            raise BadEntity(where, "names no trip, stop, route or agency")
    periods = _periods(alert)
    if (towns is None or towns) and not periods:
        raise BadEntity("alert.active_period", "is needed where an alert is about a whole port or line")
    return Notice(
        entity=entity[:200],
        effect=_Effect.Name(alert.effect),
        header=header,
        text=texts_of(alert.description_text, languages, "alert.description_text"),
        sailing_ids=frozenset(sailing_ids),
        towns=frozenset(towns) if towns is not None else None,
        periods=periods,
    )


def _periods(alert: Any) -> tuple[tuple[datetime, datetime], ...]:
    found = []
    for index, period in enumerate(alert.active_period[:MAX_SELECTORS]):
        where = f"alert.active_period[{index}]"
        start = instant_of(period.start, f"{where}.start")
        end = instant_of(period.end, f"{where}.end")
        if not timedelta(0) < end - start <= LONGEST_PERIOD:
            raise BadEntity(where, "needs a start and an end, at most 31 days later")
        found.append((start, end))
    return tuple(found)
