"""The present season of the demo, counted from the day on which the platform starts: timetable, rota, changes.

Everything is made up and says so: the timetable is illustrative, the shifts are synthetic. In the week that begins
today every docking is covered but one, one place on a shift is offered for another, one sailing is late and one
cancelled.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.demo import offers
from deploy.demo.timetable import build_gtfs

Sailing = dict[str, Any]

WEEK, DAYS_AT_ONCE = 7, 4
BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=90)
"""A shift ashore begins before a landing; all end so long after it that a late ship is still received."""
SHORT_STAFFED = ("newhaven-1730", 6)
"""Trip, and in how many days its landing has nobody yet: the last, so that a later start finds it without cover."""
SWAPPED = ("newhaven", 2)
"""Town, and in how many days a place on its first shift is offered for one aboard."""
LATE = ("newhaven-1000", 1, timedelta(minutes=50))
"""Trip, in how many days it runs, and by how much it leaves late."""
CANCELLED = ("dieppe-1230", 3)
TEAMS = {"newhaven": "ambassador", "dieppe": "ambassador-dieppe"}
ABOARD = {"Côte d'Albâtre": "ambassador-aboard", "Seven Sisters": "ambassador-aboard-2"}
ENGINE = {
    "en": "Illustrative: a late start after work on an engine.",
    "fr": "Exemple fictif : départ retardé après des travaux sur un moteur.",
}
SWELL = {
    "en": "Illustrative: too much swell at the entrance of the port.",
    "fr": "Exemple fictif : trop de houle à l'entrée du port.",
}


def load_timetable(api: Any, today: date) -> None:
    """Take the illustrative timetable of 2018, and from yesterday to six weeks ahead; again is as good as once."""
    feed = ("timetable.zip", build_gtfs(today), "application/zip")
    api.post("/v1/sailings/import", None, as_="operator", files={"feed": feed}, idempotent=f"timetable-{today}")


def load(api: Any) -> None:
    """What the week that begins today has, and the offers of the year; the timetable is there."""
    today = datetime.now(UTC).date()
    load_week(api, today)
    offers.load(api, today)


def load_week(api: Any, today: date) -> None:
    """Staff the week; offer a place and change two sailings unless there is such an offer or change ahead already."""
    first_of: dict[str, str] = {}
    with ThreadPoolExecutor(DAYS_AT_ONCE) as pool:
        list(pool.map(lambda ahead: _staff_day(api, today + timedelta(days=ahead), ahead, first_of), range(WEEK)))
    _offer_a_swap(api, first_of)
    _change(api, today)


def _staff_day(api: Any, day: date, ahead: int, first_of: dict[str, str]) -> None:
    for town in TEAMS:
        for sailing in api.items("/v1/sailings", town=town, date=str(day), direction="arrival"):
            _staff(api, town, sailing, ahead, first_of)


def _staff(api: Any, town: str, sailing: Sailing, ahead: int, first_of: dict[str, str]) -> None:
    """Plan the shifts ashore and aboard for a sailing, and have their teams sign up."""
    lands = datetime.fromisoformat(sailing["arrival"]["at"])
    ashore = {"centre_id": town, **_times(lands - BEFORE, lands + AFTER)}
    leaves = datetime.fromisoformat(sailing["departure"]["at"])
    aboard = {"centre_id": "aboard", "sailing_id": sailing["id"], **_times(leaves, lands + AFTER)}
    trip, short = SHORT_STAFFED
    empty = ahead == short and sailing["id"].startswith(trip)
    for where, shift, team in ((town, ashore, TEAMS[town]), ("aboard", aboard, ABOARD[sailing["ship"]])):
        name = f"{where}-{sailing['id']}"
        body = {**shift, "capacity": 2, "synthetic": True}
        planned = api.post("/v1/shifts", body, as_="ambassador", idempotent=f"shift-{name}")["id"]
        if where == town and empty:
            continue
        who = team if team in api.accounts else "ambassador"
        api.post(f"/v1/shifts/{planned}/signup", None, as_=who, idempotent=f"signup-{name}")
        first_of.setdefault(f"{where}-{ahead}", planned)


def _times(first: datetime, last: datetime) -> dict[str, str]:
    return {"starts_at": first.isoformat(), "ends_at": last.isoformat()}


def _offer_a_swap(api: Any, first_of: dict[str, str]) -> None:
    if any(shift["offers"] for shift in api.items("/v1/shifts", as_="ambassador")):
        return
    town, ahead = SWAPPED
    path = f"/v1/shifts/{first_of[f'{town}-{ahead}']}/offer"
    api.call("PUT", path, as_=TEAMS[town], json={"wants": first_of[f"aboard-{ahead + 1}"]}, repeat=True)


def _change(api: Any, today: date) -> None:
    trip, ahead, late = LATE
    coming = api.items("/v1/sailings", town="newhaven", **{"from": f"{today}T00:00:00Z"})
    week = [each for each in coming if each["service_date"] <= str(today + timedelta(days=WEEK))]
    if not any(each["delay"] for each in week):
        sailing = next(each for each in week if each["id"] == f"{trip}-{today + timedelta(days=ahead)}")
        departs_at = datetime.fromisoformat(sailing["departure"]["at"]) + late
        body = {"departs_at": departs_at.isoformat(), "reason": ENGINE}
        api.call("PUT", f"/v1/sailings/{sailing['id']}/delay", as_="ambassador", json=body, repeat=True)
    if not any(each["status"] == "cancelled" for each in week):
        trip, ahead = CANCELLED
        doomed = f"{trip}-{today + timedelta(days=ahead)}"
        api.post(f"/v1/sailings/{doomed}/cancel", {"reason": SWELL}, as_="ambassador", idempotent=f"cancel-{doomed}")
