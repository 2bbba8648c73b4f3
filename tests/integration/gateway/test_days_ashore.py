"""Rows B8, B9 and B10 on the pages: a pass, its stamps and vouchers, and a day between two ferries, without script."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.visitor import SailingCancelled
from gateway.web import passes
from gateway.web.forms import ONCE
from kernel.ids import new_id
from services.visitor.aboard.pad import StampPad
from services.visitor.domain import stamps
from services.visitor.service import service as visitor
from tests.integration.gateway.front import HERE, NOW, Front, Visitor
from tests.support.gtfs import feed
from tests.support.services import consume, published, token

BACK = "newhaven-2300-2018-08-19"
SIGHTS = [
    ("newhaven-fort", "Museum", 50.783, 0.053, 30),
    ("st-michaels-church", "Church", 50.792, 0.047, 15),
    ("quay", "BoatTerminal", 50.794, 0.056, 0),
]


@pytest.fixture(scope="module")
def town(front: Front) -> Front:
    """Newhaven with its terminal, two sights and the timetable of the day."""
    headers = token(["operator"], id="olga", at=front.clock.now())
    data = {"feed": (io.BytesIO(feed()), "feed.zip")}
    assert front.clients["visitor"].post("/v1/sailings/import", data=data, headers=headers).status_code == 200
    for id, kind, lat, lon, minutes in SIGHTS:
        text = {"en": id.replace("-", " "), "fr": id.replace("-", " ").upper()}
        point = {"lat": lat, "lon": lon}
        body = {"id": f"here-{id}", "town": "newhaven", "kind": kind, "name": text, "summary": text, "point": point}
        front.done("visitor", "POST", "/v1/places", body | {"walk_minutes": minutes}, as_="ann", role="ambassador")
    return front


def offer(front: Front, stamps_needed: int, **changes: Any) -> str:
    text = {"en": "Tea at the quay", "fr": "Un thé sur le quai"}
    span = {"starts_at": (NOW - timedelta(days=1)).isoformat(), "ends_at": (NOW + timedelta(days=9)).isoformat()}
    body = {"town": "newhaven", "title": text, "terms": text, "vouchers": 9, "stamps_needed": stamps_needed, **span}
    made: str = front.done("visitor", "POST", "/v1/offers", body | changes, as_="mara", role="maker")["id"]
    return made


def with_pass(front: Front, lang: str = "en") -> Visitor:
    someone = front.visitor(lang)
    someone.go("/pass")
    someone.fill("/pass", act="make")
    return someone


def kept(someone: Visitor) -> passes.Pass:
    cookie = someone.client.get_cookie(passes.COOKIE, path=passes.PATH)
    assert cookie is not None
    mine = passes.kept_in(cookie.value)
    assert mine is not None
    return mine


def test_b8_a_pass_is_made_with_one_tap_and_nothing_is_asked(town: Front) -> None:
    someone = town.visitor("fr")
    someone.go("/pass")
    where, sent = someone.form("/pass", act="make")
    assert set(sent) == {ONCE, "act"}
    before = town.runtimes["visitor"].db.passes.count_documents({})
    assert "0 tampon" in someone.send(where, sent)
    first = kept(someone)
    someone.send(where, sent)
    assert kept(someone) == first, "a double tap is one pass"
    assert town.runtimes["visitor"].db.passes.count_documents({}) == before + 1
    answer = town.app.test_client().post(where, data=sent, headers=HERE)
    [cookie] = answer.headers.getlist("Set-Cookie")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/pass"):
        assert part in cookie
    assert someone.page.xpath("//*[@class='code']/*[local-name()='svg']")
    assert "Set-Cookie" not in town.app.test_client().get("/pass").headers


def test_b8_the_code_is_the_one_that_stamp_points_check_and_stamps_show_up(town: Front) -> None:
    someone = with_pass(town)
    mine, key, point = kept(someone), Ed25519PrivateKey.generate(), new_id()
    shown, until = mine.shown(town.clock.now())
    assert stamps.presented(shown, town.clock.now()) == mine.id
    assert until - town.clock.now() <= stamps.MAX_AGE
    with pytest.raises(stamps.CodeRefused):
        stamps.presented(shown, until + timedelta(seconds=1))
    public = stamps.key_text(key.public_key().public_bytes_raw())
    body = {"id": point, "kind": "centre", "target_id": "newhaven", "public_key": public}
    town.done("visitor", "POST", "/v1/stamp-points", body, as_="ann", role="ambassador")
    code = StampPad(key, point).stamp(shown, town.clock.now())
    town.clients["visitor"].post(f"/v1/passes/{mine.id}/stamps", json={"codes": [code]})
    seen = someone.go("/pass")
    assert "1 stamp Have this code scanned" in seen
    assert "Newhaven visitor access centre" in seen


def test_b9_a_voucher_is_got_once_and_only_for_enough_stamps(town: Front) -> None:
    tea, feast = offer(town, 0, uses=2), offer(town, 5)
    someone = with_pass(town)
    listed = someone.go("/pass")
    assert listed.count("Tea at the quay") >= 2
    someone.go(f"/pass/offers/{tea}")
    got = someone.fill("/pass/offers/", act="get")
    assert "Good for 2 uses" in got
    first = someone.page.xpath("string(//*[@class='card-pass']//p[@class='small'])")
    someone.go(f"/pass/offers/{tea}")
    someone.fill("/pass/offers/")
    assert someone.page.xpath("string(//*[@class='card-pass']//p[@class='small'])") == first
    assert town.runtimes["visitor"].db.vouchers.count_documents({"offer_id": tea}) == 1
    town.done("visitor", "POST", f"/v1/vouchers/{first}/redemptions", {"id": new_id()}, as_="mara", role="maker")
    someone.go(f"/pass/offers/{tea}")
    assert "Good for 1 use" in someone.fill("/pass/offers/")
    someone.go(f"/pass/offers/{feast}")
    assert "This is for 5 stamps. Collect them first." in someone.fill("/pass/offers/")
    assert someone.status == 409
    nobody = town.visitor()
    assert "It takes a pass" in nobody.go(f"/pass/offers/{tea}")
    assert not nobody.page.xpath("//form[@method='post']")


def test_b8_a_pass_is_given_up_and_a_cookie_that_is_none_is_not_believed(town: Front) -> None:
    someone = with_pass(town)
    someone.fill("/pass", act="forget")
    assert someone.client.get_cookie(passes.COOKIE, path=passes.PATH) is None
    for value in ("", "x", "é", "A" * 43, "!" * 43, "A" * 500):
        someone.client.set_cookie(passes.COOKIE, value, path=passes.PATH)
        assert "Make my pass" in someone.go("/pass"), value
        assert someone.status == 200


DAY = {"town": "newhaven", "date": "2018-08-19", "arrival": "", "arrives": "12:30", "back": BACK, "leave": ""}


def planned(front: Front, lang: str = "en", **changes: Any) -> Visitor:
    someone = front.visitor(lang)
    someone.go("/plan?town=newhaven&date=2018-08-19")
    someone.fill("/plan", **DAY | {"interests": ["history"], "pace": "slow"} | changes)
    return someone


def test_b10_a_day_is_planned_and_shown_hour_by_hour_on_both_clocks(town: Front) -> None:
    someone = planned(town, "fr")
    assert someone.at.startswith("/plans/")
    seen = " ".join(someone.page.xpath("string(//main)").replace("\xa0", " ").split())
    assert "De retour au ferry avant 22 h 05" in seen
    assert "encore 10 h 5 min" in seen
    assert "L’enregistrement ferme à 22 h 15 à Newhaven. Soit 23 h 15 aux horloges de Dieppe." in seen
    assert "Ferry de 23 h 00 à Newhaven, 4 h 00 à Dieppe." in seen
    assert "NEWHAVEN FORT" in seen
    assert "minutes à pied" in seen
    assert "Horaires inconnus" in seen
    line = someone.page.xpath("//ol[contains(@class,'hands')]/li")
    assert "Dernier enregistrement" in line[-2].text_content()
    assert "Le ferry part" in line[-1].text_content()
    times = [each.get("datetime") for item in line for each in item.xpath("./p[@class='lead']/time")]
    assert times[0].startswith("2018-08-19T12:30")
    assert times == sorted(times)
    assert (someone.headers["Cache-Control"], someone.headers["Referrer-Policy"]) == ("no-store", "same-origin")
    code = someone.at.rpartition("/")[2]
    stranger = town.visitor()
    stranger.go(someone.at.replace(code, "another-code-altogether"))
    assert stranger.status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"back": "", "leave": "whenever"}, "back"),
        ({"back": "no-such-ferry"}, "back"),
        ({"arrival": "", "arrives": ""}, "arrival"),
        ({"interests": ["gambling"]}, "interests"),
        ({"pace": "flying"}, "pace"),
    ],
)
def test_b10_what_is_wrong_with_a_day_stands_beside_its_field(town: Front, changes: dict[str, Any], field: str) -> None:
    before = town.runtimes["visitor"].db.day_plans.count_documents({})
    someone = planned(town, **changes)
    assert someone.status == 422
    assert someone.page.xpath(f"//*[@id='{field}-wrong']")
    if field != "interests":
        assert someone.page.xpath("//input[@id='interests-history']/@checked")
    assert town.runtimes["visitor"].db.day_plans.count_documents({}) == before


def test_b10_a_double_tap_is_one_plan(town: Front) -> None:
    someone = town.visitor()
    someone.go("/plan?town=newhaven&date=2018-08-19")
    where, sent = someone.form("/plan", **DAY)
    before = town.runtimes["visitor"].db.day_plans.count_documents({})
    someone.send(where, sent)
    first = someone.at
    someone.send(where, sent)
    assert someone.at == first
    assert town.runtimes["visitor"].db.day_plans.count_documents({}) == before + 1


def test_b10_a_cancelled_ferry_is_told_and_the_rest_is_planned_anew(town: Front) -> None:
    someone = planned(town)
    assert not someone.page.xpath("//*[@role='alert']")
    gale = {"reason": {"en": "Gale.", "fr": "Tempête."}}
    town.done("visitor", "POST", f"/v1/sailings/{BACK}/cancel", gale, as_="ann", role="ambassador")
    consume(visitor, town.runtimes["visitor"], published(town.runtimes["visitor"], SailingCancelled)[-1])
    seen = someone.go(someone.at)
    assert "Something has come in the way of your day. Your ferry is cancelled." in seen
    assert "Gale." in seen
    where, sent = someone.form("/plans/")
    again = someone.send(where, sent)
    assert "The rest of the day is planned anew." in again
    assert "Something has come in the way" not in again
    assert "Ferry 10:00 from Newhaven, 15:00 in Dieppe." in again, "the next one that runs"
    stale = someone.send(where, sent | {ONCE: "s" * 32})
    assert "It was planned anew already" in stale


@pytest.mark.parametrize("origin", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}, {}])
def test_a_form_of_another_site_does_nothing(town: Front, origin: dict[str, str]) -> None:
    tea = offer(town, 0)
    someone = planned(town, back="", leave="18:00")
    db, kinds = town.runtimes["visitor"].db, ("passes", "day_plans", "vouchers")
    before = [db[name].count_documents({}) for name in kinds]
    form = {ONCE: "z" * 32, "act": "make", "revision": "1", **DAY}
    for path in ("/pass", "/plan", someone.at, f"/pass/offers/{tea}"):
        answer = town.app.test_client().post(path, data=form, headers={"Accept": "text/html", **origin})
        assert answer.status_code == 403
    assert [db[name].count_documents({}) for name in kinds] == before
