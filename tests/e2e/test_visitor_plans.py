"""Rows B8, B9, B10, GB1, GB2, GB3, GB6 and GB7 through the gateway, in English and French."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kernel.ids import new_id
from services.visitor.aboard.forward import forward
from services.visitor.aboard.journal import Journal
from services.visitor.aboard.pad import StampPad
from services.visitor.domain import stamps
from tests.e2e.conftest import Caller
from tests.support.eventually import eventually


def done(caller: Caller, path: str, body: object, *, as_: str | None = None) -> dict:
    answer = caller.send("POST", path, as_=as_, json=body)
    assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text[:500]}"
    return dict(answer.json())


def test_gb7_a_journal_written_at_sea_is_forwarded_through_the_gateway(caller: Caller, tmp_path: Path) -> None:
    journal, now = Journal(tmp_path / "aboard.sqlite"), datetime.now(UTC)
    enquiry = journal.write("enquiry", {"centre_id": "aboard", "topic": "makers", "language": "fr"}, now)
    target = {"target_kind": "place", "target_id": "newhaven-fort"}
    referral = journal.write("referral", {"enquiry_id": enquiry, **target}, now)
    journal.write("visit", {"town": "newhaven", "party_size": 2, "referral_id": referral, "synthetic": True}, now)

    def without_network(body: dict) -> dict:
        raise requests.ConnectionError("at sea")

    assert not forward(journal, without_network)
    for _ in range(2):
        assert forward(journal, lambda body: done(caller, "/v1/desk-sync", body, as_="ambassador"))
    found = caller.api.items("/v1/referrals", as_="ambassador", enquiry_id=enquiry)
    assert [each["id"] for each in found] == [referral]
    journal.close()


def test_b8_and_b9_a_pass_is_stamped_and_its_voucher_redeemed(caller: Caller) -> None:
    phone, point = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    keys = [stamps.key_text(key.public_key().public_bytes_raw()) for key in (phone, point)]
    pass_id = done(caller, "/v1/passes", {"public_key": keys[0]})["id"]
    opened = {"kind": "centre", "target_id": "dieppe", "public_key": keys[1]}
    pad = StampPad(point, done(caller, "/v1/stamp-points", opened, as_="ambassador")["id"])
    code = pad.stamp(stamps.present(phone, datetime.now(UTC)), datetime.now(UTC))
    for new in (1, 0):
        merged = done(caller, f"/v1/passes/{pass_id}/stamps", {"codes": [code]})
        assert merged == {"new": new, "refused": [], "stamps": 1}
    shown = done(caller, f"/v1/passes/{pass_id}/open", {"code": stamps.present(phone, datetime.now(UTC))})
    assert set(shown["latest"][0]["name"]) == {"en", "fr"}
    assert caller.send("GET", f"/v1/passes/{pass_id}/qr.svg").headers["Content-Type"] == "image/svg+xml"
    now = datetime.now(UTC)
    offer = {
        "town": "dieppe",
        "title": {"en": "A coffee", "fr": "Un café"},
        "terms": {"en": "With one stamp.", "fr": "Avec un tampon."},
        "stamps_needed": 1,
        "vouchers": 10,
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
        "synthetic": True,
    }
    offer_id = done(caller, "/v1/offers", offer, as_="maker-1")["id"]
    asked = {"pass_id": pass_id, "code": stamps.present(phone, datetime.now(UTC))}
    voucher = done(caller, f"/v1/offers/{offer_id}/vouchers", asked)["id"]
    assert (
        done(caller, f"/v1/vouchers/{voucher}/redemptions", {"id": new_id()}, as_="maker-1")["voucher"]["uses_left"]
        == 0
    )
    caller.refused(409, "POST", f"/v1/vouchers/{voucher}/redemptions", as_="maker-1", json={"id": new_id()})
    caller.refused(403, "POST", f"/v1/vouchers/{voucher}/redemptions", as_="maker-2", json={"id": new_id()})


def test_b10_and_gb2_a_day_is_planned_and_planned_anew_when_its_ferry_is_cancelled(caller: Caller) -> None:
    day = datetime.now(UTC).date() + timedelta(days=40)
    ferry = f"newhaven-1730-{day}"
    body = {"town": "newhaven", "arrival_sailing_id": f"dieppe-0530-{day}", "return_sailing_id": ferry}
    made = done(caller, "/v1/day-plans", {**body, "interests": ["history", "nature"]})
    assert len(made["stops"]) >= 2
    assert made["back_local"] <= made["be_back_by_local"] < made["return_sailing"]["departure"]["local"]
    assert all(set(stop["name"]) >= {"en", "fr"} for stop in made["stops"] if stop["kind"] == "place")
    other = done(caller, "/v1/day-plans", {**body, "return_sailing_id": f"newhaven-2300-{day}"})
    reason = {"reason": {"en": "A test.", "fr": "Un essai."}}
    done(caller, f"/v1/sailings/{ferry}/cancel", reason, as_="ambassador")
    path, code = f"/v1/day-plans/{made['id']}", {"code": made["code"]}
    eventually(lambda: done(caller, f"{path}/open", code)["alerts"], within=20, describe="the plan is alerted")
    alert = done(caller, f"{path}/open", code)["alerts"][0]
    assert (set(alert["text"]), alert["reason"]) == ({"en", "fr"}, reason["reason"])
    anew = done(caller, f"{path}/replan", {**code, "revision": 1})
    assert (anew["return_sailing"]["id"], anew["status"]) == (f"newhaven-2300-{day}", "planned")
    assert caller.send("DELETE", f"/v1/sailings/{ferry}/cancel", as_="ambassador").status_code == 200
    eventually(lambda: done(caller, f"{path}/open", code)["alerts"], within=20, describe="the first ferry is back")
    told = done(caller, f"{path}/open", code)
    assert ([alert["kind"] for alert in told["alerts"]], told["status"]) == (["sailing-back"], "planned")
    still = done(caller, f"/v1/day-plans/{other['id']}/open", {"code": other["code"]})
    assert (still["alerts"], still["status"]) == ([], "planned")


def test_b6_and_gb2_an_earlier_check_in_alerts_the_day_that_is_back_too_late(caller: Caller) -> None:
    day = datetime.now(UTC).date() + timedelta(days=41)
    ferry = f"newhaven-2300-{day}"
    leaves = datetime.fromisoformat(caller.api.get(f"/v1/sailings/{ferry}")["departure"]["at"])
    off_the_boat = {"town": "newhaven", "arrives_at": (leaves - timedelta(minutes=110)).isoformat()}
    made = done(caller, "/v1/day-plans", {**off_the_boat, "return_sailing_id": ferry})
    assert {stop["id"] for stop in made["stops"]} == {"denton-island-bandstand"}
    reason = {"en": "A test of tides.", "fr": "Un essai des marées."}
    body = {"departs_at": (leaves - timedelta(minutes=20)).isoformat(), "reason": reason}
    path, code = f"/v1/day-plans/{made['id']}", {"code": made["code"]}
    assert caller.send("PUT", f"/v1/sailings/{ferry}/delay", as_="ambassador", json=body).status_code == 200
    eventually(lambda: done(caller, f"{path}/open", code)["alerts"], within=20, describe="the plan is alerted")
    [alert] = done(caller, f"{path}/open", code)["alerts"]
    assert (alert["kind"], set(alert["text"]), alert["reason"]) == ("sailing-earlier", {"en", "fr"}, reason)
    assert caller.send("DELETE", f"/v1/sailings/{ferry}/delay", as_="ambassador").status_code == 200

    def told() -> dict:
        shown = done(caller, f"{path}/open", code)
        assert [each["kind"] for each in shown["alerts"]] == ["sailing-reinstated"]
        return shown

    assert eventually(told, within=20, describe="it runs as planned after all")["status"] == "planned"


def test_gb1_days_in_both_towns_end_before_the_last_check_in_by_the_clocks_of_both_sides(caller: Caller) -> None:
    """GB1 on the running platform; its 5,000 plans are counted in ``tests/unit/visitor/test_day_plans.py``."""
    day = datetime.now(UTC).date() + timedelta(days=38)
    ends = {
        "newhaven": (f"dieppe-0530-{day}", f"newhaven-1730-{day}", "Europe/London"),
        "dieppe": (f"newhaven-1000-{day}", f"dieppe-1800-{day}", "Europe/Paris"),
    }
    for town, (come, leave, zone) in ends.items():
        for pace in ("slow", "normal", "brisk"):
            body = {"town": town, "arrival_sailing_id": come, "return_sailing_id": leave, "pace": pace}
            plan = done(caller, "/v1/day-plans", body)
            closes = datetime.fromisoformat(plan["return_sailing"]["checkin_closes_at"])
            assert plan["zone"] == zone
            assert plan["stops"]
            assert datetime.fromisoformat(plan["back_at"]) <= closes - timedelta(minutes=10)
            for stop in plan["stops"]:
                here = datetime.fromisoformat(stop["begins_at"]).astimezone(ZoneInfo(zone))
                assert stop["begins_local"] == here.isoformat()
        there = plan["return_sailing"]["arrival"]
        assert there["local"] == datetime.fromisoformat(there["at"]).astimezone(ZoneInfo(there["zone"])).isoformat()


def test_gb3_forged_guessed_and_old_codes_are_refused(caller: Caller) -> None:
    """GB3 on the running platform; its 10,000 codes are tried in ``tests/integration/visitor/test_passes.py``."""
    phone, point, stranger = (Ed25519PrivateKey.generate() for _ in range(3))
    keys = [stamps.key_text(key.public_key().public_bytes_raw()) for key in (phone, point)]
    pass_id = done(caller, "/v1/passes", {"public_key": keys[0]})["id"]
    opened = {"kind": "centre", "target_id": "newhaven", "public_key": keys[1]}
    point_id = done(caller, "/v1/stamp-points", opened, as_="ambassador")["id"]
    pad, now = StampPad(point, point_id), datetime.now(UTC)
    good = pad.stamp(stamps.present(phone, now), now)
    guessed = f"{good.rpartition('.')[0]}.{stamps.key_text(bytes(64))}"
    forged = [stamps.stamp(stranger, point_id, pass_id, now), guessed, pad.stamp(stamps.present(stranger, now), now)]
    told = done(caller, f"/v1/passes/{pass_id}/stamps", {"codes": forged})
    assert (told["new"], len(told["refused"])) == (0, 3)
    with pytest.raises(stamps.CodeRefused):
        pad.stamp(stamps.present(phone, now - timedelta(seconds=121)), now)
    old = {"code": stamps.present(phone, now - timedelta(seconds=121))}
    caller.refused(422, "POST", f"/v1/passes/{pass_id}/open", json=old)
    assert [done(caller, f"/v1/passes/{pass_id}/stamps", {"codes": [good]})["new"] for _ in range(2)] == [1, 0]


def test_gb6_a_day_takes_all_that_was_asked_for_and_fits(caller: Caller) -> None:
    """GB6 on the running platform: what is wanted outweighs all else, so the best day is known to hold it.

    The gap on instances with proved optima is measured by ``python -m tests.bench.orienteering``.
    """
    day = datetime.now(UTC).date() + timedelta(days=37)
    wanted = [{"kind": "place", "id": id} for id in ("st-michaels-church", "denton-island-bandstand", "castle-hill")]
    body = {"town": "newhaven", "arrival_sailing_id": f"dieppe-0530-{day}", "wanted": wanted}
    for trip in ("newhaven-1730", "newhaven-2300"):
        began = time.monotonic()
        plan = done(caller, "/v1/day-plans", {**body, "return_sailing_id": f"{trip}-{day}"})
        assert time.monotonic() - began <= 5
        assert plan["left_out"] == []
        assert {each["id"] for each in wanted} <= {stop["id"] for stop in plan["stops"]}
