"""S6: one platform under two names."""

from __future__ import annotations

from typing import Any

from deploy.demo.walk import Walk

NAMES = {"living-newhaven": "en", "dieppe-vivant": "fr"}
TOWNS = ["newhaven", "dieppe"]
QUESTION = "port"


def both_names_answer(walk: Walk) -> None:
    """The same question under "Living Newhaven" and "Dieppe Vivant" gives both towns, each in its language."""
    today = {app: walk.api.get("/v1/today", app=app) for app in NAMES}
    found = {app: walk.api.get("/v1/search", app=app, q=QUESTION) for app in NAMES}
    for app, lang in NAMES.items():
        walk.same(f"{today[app]['app_name']} speaks", today[app]["lang"], lang)
        walk.same("its towns", [town["town"] for town in today[app]["towns"]], TOWNS)
        walk.same("nothing is missing", (today[app]["partial"], found[app]["partial"]), (False, False))
        walk.sure(f"asked for {QUESTION!r} it finds {found[app]['total']} things", found[app]["total"])
    for what, answers in (("show the same day", today), ("find the same things", found)):
        english, french = (answers[app] for app in NAMES)
        walk.sure(f"both names {what}", _ids(english) == _ids(french) and any(ids for *_, ids in _ids(english)))
        pairs = list(zip(_texts(english), _texts(french), strict=True))
        translated = [(one, other) for one, other in pairs if one != other]
        languages = {(one["lang"], other["lang"]) for one, other in translated}
        walk.same(f"{len(translated)} of {len(pairs)} texts are there in both, shown in", languages, {("en", "fr")})


def _texts(value: Any) -> list[dict[str, str]]:
    """Every shown text in an answer."""
    if isinstance(value, dict):
        if set(value) == {"text", "lang"}:
            return [value]
        value = list(value.values())
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []


def _ids(answer: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """What an answer shows: town, kind and ids."""
    return [
        (town["town"], kind, [thing["id"] for thing in things])
        for town in answer["towns"]
        for kind, things in town.items()
        if isinstance(things, list)
    ]
