"""GB5: the crossing bundle holds all there is, at most 15 MB, and a day's changes at most 200 kB."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

from services.visitor.views import bundle as view
from tests.integration.visitor.conftest import NOW, SAILING, event, maker, offering, release, title

WORDS = ("harbour", "cliff", "chalk", "ferry", "studio", "pottery", "galets", "falaise", "quai", "atelier", "gulls")


def texts(rng, length):
    return {lang: " ".join(rng.choices(WORDS, k=length)) for lang in ("en", "fr")}


def apply_delta(bundle, delta):
    """What a phone does with a delta: the reference for others."""
    kept = {key: entry for key, entry in bundle["entries"].items() if key not in delta["removed"]}
    return {**bundle, "version": delta["version"], "left_out": delta["left_out"], "entries": kept | delta["entries"]}


def have(bundle):
    return {key: entry["digest"] for key, entry in bundle["entries"].items()}


def changed(visitors, bundle):
    answer = visitors.post("/guide/bundle/delta", {"town": bundle["town"], "have": have(bundle)})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def town(sailing):
    """A town with something of every kind."""
    sailing.place("fort")
    sailing.place("elsewhere", town="dieppe")
    sailing.hears(event(), event("over", starts_at=event().timings[0].starts_at - timedelta(days=3)))
    sailing.hears(maker(), offering(), title(), release())
    return sailing


def test_the_bundle_holds_everything_of_the_town_ahead_in_every_language(town):
    bundle = town.shown("/guide/bundle?town=newhaven")
    kinds = {}
    for key in bundle["entries"]:
        kinds.setdefault(key.split("/")[0], set()).add(key.split("/")[1])
    assert kinds.pop("sailing") >= {SAILING}
    assert kinds == {
        "place": {"fort"},
        "event": {"birdsong"},
        "maker": {"maker-1"},
        "offering": {"bowl"},
        "title": {"seaside-town"},
    }
    assert bundle["entries"]["place/fort"]["content"]["name"] == {"en": "Newhaven Fort", "fr": "Fort de Newhaven"}
    assert bundle["entries"]["title/seaside-town"]["content"]["watch"][0]["channel_name"] == "Prime Video"
    assert (bundle["languages"], bundle["left_out"]) == (["en", "fr"], 0)


def test_what_has_not_changed_is_not_sent_again(town):
    first = town.get("/guide/bundle?town=newhaven")
    again = town.get("/guide/bundle?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert changed(town, first.json).json["entries"] == {}
    town.send("PATCH", "/places/fort", {"address": "Fort Road"}, as_="ann")
    other = town.get("/guide/bundle?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.json["version"] != first.json["version"]


def test_a_delta_makes_the_old_bundle_the_present_one(town):
    old = town.shown("/guide/bundle?town=newhaven")
    town.send("PATCH", "/places/fort", {"summary": {"en": "Tunnels."}}, as_="ann")
    town.hears(event("concert", starts_at=NOW + timedelta(days=2)), offering(title={"en": "A deep bowl"}))
    town.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Gale"}})
    town.clock.advance(timedelta(days=1))
    delta = changed(town, old).json
    new = town.shown("/guide/bundle?town=newhaven")
    assert {"place/fort", "event/concert", "offering/bowl"} <= set(delta["entries"])
    assert f"sailing/{SAILING}" in delta["removed"], "it is past"
    assert "event/birdsong" in delta["removed"]
    assert apply_delta(old, delta) == new
    nothing = town.post("/guide/bundle/delta", {"town": "newhaven", "have": {}}).json
    assert nothing["entries"] == new["entries"]


def test_a_full_town_fits_and_so_does_a_day_of_changes(town):
    """2,000 offerings, 400 makers, 300 events, 300 places: measured 15 MB at most, and 5 % changed 200 kB at most."""
    rng = random.Random(5)
    town.hears(*(maker(f"m-{n}", craft=texts(rng, 5), summary=texts(rng, 60)) for n in range(400)))
    for start in range(0, 2000, 500):
        many = range(start, start + 500)
        town.hears(*(offering(f"o-{n}", maker_id=f"m-{n % 400}", summary=texts(rng, 40)) for n in many))
    town.hears(*(event(f"e-{n}", summary=texts(rng, 80)) for n in range(300)))
    places = [{**town.runtime.db.places.find_one({"_id": "fort"}), "_id": f"p-{n}"} for n in range(300)]
    for each in places:
        each["summary"] = texts(rng, 60)
    town.runtime.db.places.insert_many(places)
    answer = town.get("/guide/bundle?town=newhaven")
    assert len(answer.json["entries"]) > 3000
    assert 1_000_000 < len(answer.data) <= 15_000_000
    town.hears(*(offering(f"o-{n}", summary=texts(rng, 40)) for n in rng.sample(range(2000), 100)))
    town.hears(*(event(f"e-{n}", summary=texts(rng, 80)) for n in rng.sample(range(300), 15)))
    sent = json.dumps({"town": "newhaven", "have": have(answer.json)})
    assert len(sent) < town.runtime.settings.max_body_bytes
    delta = changed(town, answer.json)
    assert 0 < len(delta.data) <= 200_000
    assert apply_delta(answer.json, delta.json)["version"] == delta.json["version"]


def test_what_does_not_fit_is_counted_and_the_sailings_are_in(town, monkeypatch):
    monkeypatch.setattr(view, "MAX_BYTES", 6_000)
    bundle = town.get("/guide/bundle?town=newhaven")
    assert len(bundle.data) <= 6_000
    assert bundle.json["left_out"] > 0
    assert f"sailing/{SAILING}" in bundle.json["entries"]
    assert town.get("/guide/bundle?town=atlantis").status_code == 422
    assert town.post("/guide/bundle/delta", {"town": "newhaven", "have": {"a": 5}}).status_code == 422
