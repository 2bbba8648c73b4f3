"""S4: a series with its episodes, seen in both towns, and the click that leads out."""

from __future__ import annotations

from typing import Any

from deploy.demo.walk import Walk

SERIES = "seaside-town"
LINK = "https://www.amazon.co.uk/dp/B07KMPFX5W"
TOWNS = ("newhaven", "dieppe")


def a_film_is_published_and_followed(walk: Walk) -> None:
    """ "Seaside Town" has six episodes and its Amazon link, shows in both towns, and a click out is counted."""
    title = walk.api.get(f"/v1/titles/{SERIES}")
    walk.same("the series", (title["name"]["en"], title["state"]), ("Seaside Town", "published"))
    numbers = [(episode["episode_number"], episode["runtime_minutes"]) for episode in title["episodes"]]
    walk.same("its episodes and their minutes", numbers, [(n, 10) for n in range(1, 7)])
    walk.sure(f"it can be watched at {LINK}", LINK in [release["url"] for release in title["releases"]])
    for town in walk.api.get("/v1/today")["towns"]:
        walk.sure(f"today's page of {town['town']} shows it", SERIES in [each["id"] for each in town["titles"]])
    for town in TOWNS:
        walk.eventually(f"the guide of {town} has heard of it", lambda town=town: SERIES in _in_guide(walk, town))
    placement = _placement(walk)
    clicked = walk.api.post(f"/v1/placements/{placement['id']}/click")
    walk.same("a click leads to", clicked["url"], LINK)
    walk.api.get(f"/v1/placements/{placement['id']}/out")
    walk.did("another person follows the link")
    after = _placement(walk)
    walk.same(f"clicks of the placement, were {placement['clicks']}", after["clicks"], placement["clicks"] + 2)


def _placement(walk: Walk) -> dict[str, Any]:
    found = walk.api.items("/v1/placements", title_id=SERIES)
    return dict(next(each for each in found if each.get("town") == "dieppe"))


def _in_guide(walk: Walk, town: str) -> list[str]:
    return [each["id"] for each in walk.api.get("/v1/guide", town=town, kind="titles", limit=200)["titles"]["items"]]
