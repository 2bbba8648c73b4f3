"""S5: the platform's own history."""

from __future__ import annotations

from datetime import date

from deploy.demo.walk import Walk


def the_timeline_reproduces(walk: Walk) -> None:
    """The timeline is in order; what came in 2019 is planned when seen from 2018 and no longer when seen from after."""
    items = walk.api.get("/v1/timeline", as_of="2018-12-31")["items"]
    dated = [item["date"] for item in items if item["date"]]
    walk.same("entries", len(items), 14)
    walk.same("in order", dated, sorted(dated))
    of_2019 = [item for item in items if (item["date"] or "") >= "2019"]
    walk.same("entries of 2019", len(of_2019), 2)
    walk.same("seen from 2018 they are", {item["status"] for item in of_2019}, {"planned"})
    earlier = {item["status"] for item in items if (item["date"] or "") < "2019"}
    walk.sure("nothing before 2019 is planned then", "planned" not in earlier)
    later = walk.api.get("/v1/timeline", as_of="2021-01-01")["items"]
    walk.same(
        "seen from 2021 they are",
        [item["status"] for item in later if (item["date"] or "") >= "2019"],
        ["live", "past"],
    )
    film = _status(walk, "seaside-town", date(2018, 10, 31)), _status(walk, "seaside-town", date(2018, 12, 1))
    walk.same("the premiere in November 2018, seen from before and after", film, ("planned", "past"))
    french = walk.api.get("/v1/timeline", lang="fr")["items"]
    walk.same("in French, texts in", {item["text"]["lang"] for item in french}, {"fr"})


def _status(walk: Walk, entry: str, as_of: date) -> str:
    items = walk.api.get("/v1/timeline", as_of=as_of.isoformat())["items"]
    return str(next(item["status"] for item in items if item["id"] == entry))
