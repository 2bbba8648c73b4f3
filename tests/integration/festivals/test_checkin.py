"""A18: check-in lists, scanning without a network, handing in later, and forced and offline flags that stay.

GA6: what a device let in without a network stays let in, though the event was changed meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kernel.http import create_app
from services.festivals.checkin import bundles, doors
from services.festivals.desk import codes
from services.festivals.domain.checkin import Scan, admissions, judge, merge
from services.festivals.service import service
from tests.integration.festivals.conftest import People
from tests.integration.festivals.test_registration import opened, register

SATURDAY_TEN = datetime.fromisoformat("2018-08-18T10:00:00+01:00")


@pytest.fixture(autouse=True)
def _key(monkeypatch, tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "checkin.pem"
    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("CHECKIN_SIGNING_KEY", str(path))


class Device:
    """A phone at the door, as a program for one would be written: it takes the bundle along and keeps its scans."""

    def __init__(self, people, event_id, label):
        made = people.post(f"/v1/events/{event_id}/scanners", {"label": label}, as_="ada")
        assert made.status_code == 201, made.text
        self.people, self.id, self.path = people, made.json["id"], f"/v1/events/{event_id}/scanners/{made.json['code']}"
        self.log, self.count = [], 0

    def fetch(self):
        fetched = self.people.get(f"{self.path}/bundle")
        assert fetched.status_code == 200, fetched.text
        self.bundle = bundles.read(fetched.json["bundle"], fetched.json["keys"])
        return fetched.json

    def scan(self, code, at=SATURDAY_TEN, timing="t1", **flags):
        self.count += 1
        one = Scan(
            f"{self.id}-{self.count}", self.id, codes.digest_of_code(code), timing, at, self.bundle.issued_at, **flags
        )
        self.log.append(one)
        return judge(self.bundle, one)

    def hand_in(self, scans=None):
        return self.people.post(f"{self.path}/scans", {"scans": [sent(one) for one in scans or self.log]})


def sent(scan):
    return {
        "id": scan.id,
        "code_digest": scan.code_digest,
        "timing_id": scan.timing_id,
        "at": scan.at.isoformat(),
        "issued_at": scan.issued_at.isoformat(),
        "forced": scan.forced,
        "offline": scan.offline,
    }


@pytest.fixture
def people(afresh):
    """The service with nothing in it."""
    return afresh


@pytest.fixture
def fort(people):
    """An event on Saturday and Sunday with three guests, of whom the pair and Sue have places and Wes waits."""
    people.festival()
    days = [
        {"starts_at": f"2018-08-{day}T10:00:00+01:00", "ends_at": f"2018-08-{day}T17:00:00+01:00"} for day in (18, 19)
    ]
    event_id = opened(people, people.event("At the Fort", timings=days)["id"], capacity=3, max_party=2)
    guests = {"pat": register(people, event_id, "pat", party=2)["code"]}
    return event_id, guests | {who: register(people, event_id, who)["code"] for who in ("sue", "wes")}


def figures(people, event_id):
    shown = people.get(f"/v1/events/{event_id}/checkin", as_="ada").json["timings"]
    return {one["timing_id"]: (one["registrations"], one["people"]) for one in shown}


def test_two_devices_without_a_network_for_72_hours(people, fort):
    event_id, guests = fort
    gate, tower = Device(people, event_id, "Gate"), Device(people, event_id, "Tower")
    assert gate.fetch()["guests"] == 2
    tower.fetch()
    minutes = timedelta(minutes=1)
    assert gate.scan(guests["pat"], SATURDAY_TEN + 5 * minutes, offline=True) is None
    assert tower.scan(guests["pat"], SATURDAY_TEN + 3 * minutes, offline=True) is None
    assert tower.scan(guests["sue"], SATURDAY_TEN + 9 * minutes, offline=True) is None
    assert tower.scan(guests["wes"], SATURDAY_TEN + 10 * minutes, offline=True) == "no-place"
    assert tower.scan(guests["wes"], SATURDAY_TEN + 11 * minutes, offline=True, forced=True) == "no-place"
    assert gate.scan("made-up", SATURDAY_TEN + 12 * minutes, offline=True) == "unknown"
    assert gate.scan(guests["pat"], SATURDAY_TEN + timedelta(hours=25), timing="t2", offline=True) is None
    people.runtime.clock.advance(timedelta(hours=72))
    gate_said = {one["id"]: one for one in gate.hand_in().json["scans"]}
    assert gate_said[gate.log[0].id]["verdict"] == "admitted"
    tower.hand_in()
    listed = people.get(f"{gate.path}/scans?limit=200").json["items"]
    merged = merge(gate.log, tower.log)
    assert [one["id"] for one in listed] == [one.id for one in merged]
    expected = admissions(merged, {one.id: judge(gate.bundle, one) for one in merged})
    assert {one["id"]: one["verdict"] for one in listed} == expected
    assert expected[gate.log[0].id] == "duplicate", "the tower had scanned the pair two minutes before"
    forced = next(one for one in listed if one["forced"])
    assert (forced["reason"], forced["verdict"], forced["offline"]) == ("no-place", "admitted", True)
    assert figures(people, event_id) == {"t1": (3, 4), "t2": (1, 2)}


def test_handing_in_again_changes_nothing(people, fort):
    event_id, guests = fort
    gate = Device(people, event_id, "Gate")
    gate.fetch()
    gate.scan(guests["pat"])
    gate.scan(guests["sue"])
    first = gate.hand_in().json
    again = gate.hand_in(gate.log[::-1] + gate.log).json
    assert (first["new"], first["known"], again["new"], again["known"]) == (2, 0, 0, 2)
    assert again["scans"] == first["scans"]
    assert figures(people, event_id) == {"t1": (2, 3)}


def test_many_devices_that_hand_in_the_same_guest_at_once_admit_them_once(people, fort):
    event_id, guests = fort
    devices = [Device(people, event_id, f"Device {n}") for n in range(8)]
    for n, device in enumerate(devices):
        device.fetch()
        device.scan(guests["pat"], SATURDAY_TEN + timedelta(minutes=n))
    app = create_app(service, people.runtime)
    for device in devices:
        device.people = People(app.test_client(), people.runtime)
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(lambda device: device.hand_in(), devices)} == {200}
    listed = people.get(f"{devices[0].path}/scans").json["items"]
    assert [one["verdict"] for one in listed] == ["admitted"] + ["duplicate"] * 7
    assert figures(people, event_id) == {"t1": (1, 2)}


def test_who_had_a_place_when_the_list_was_made_is_let_in_and_who_got_one_later_was_not_on_it(people, fort):
    event_id, guests = fort
    gate = Device(people, event_id, "Gate")
    gate.fetch()
    people.runtime.clock.advance(timedelta(minutes=1))
    people.post(f"/v1/registrations/{guests['sue']}/cancel")
    people.post(f"/v1/registrations/{guests['wes']}/accept")
    assert gate.scan(guests["sue"], offline=True) is None
    assert gate.scan(guests["wes"], offline=True) == "no-place"
    assert [one["reason"] for one in gate.hand_in().json["scans"]] == [None, "no-place"]
    gate.fetch()
    people.runtime.clock.advance(timedelta(minutes=1))
    assert gate.scan(guests["sue"], timing="t2", at=SATURDAY_TEN + timedelta(days=1)) == "no-place"
    assert gate.scan(guests["wes"]) is None
    assert [one["reason"] for one in gate.hand_in(gate.log[2:]).json["scans"]] == [None, "no-place"]


def moved(people, event_id, hours):
    """The event takes place so many hours later than it did, from a minute on."""
    people.runtime.clock.advance(timedelta(minutes=1))
    later = [
        {
            name: (datetime.fromisoformat(one[name]) + timedelta(hours=hours)).isoformat()
            for name in ("starts_at", "ends_at")
        }
        for one in people.get(f"/v1/events/{event_id}").json["timings"]
    ]
    answer = people.patch(f"/v1/events/{event_id}", {"timings": later}, as_="ada")
    assert [one["id"] for one in answer.json["timings"]] == ["t1", "t2"], answer.text
    people.runtime.clock.advance(timedelta(minutes=1))


def said(answer):
    return [(one["reason"], one["verdict"]) for one in answer.json["scans"]]


def test_ga6_a_scan_is_judged_by_the_hours_of_its_own_list_though_the_event_was_moved_since(people, fort):
    event_id, guests = fort
    gate, tower = Device(people, event_id, "Gate"), Device(people, event_id, "Tower")
    gate.fetch()
    assert gate.scan(guests["pat"], offline=True) is None
    moved(people, event_id, hours=4)
    tower.fetch()
    assert tower.scan(guests["sue"]) == "wrong-time"
    assert tower.scan(guests["sue"], SATURDAY_TEN + timedelta(hours=3)) is None
    moved(people, event_id, hours=-2)
    assert said(gate.hand_in()) == [(None, "admitted")]
    assert said(tower.hand_in()) == [("wrong-time", "refused"), (None, "admitted")]
    assert figures(people, event_id) == {"t1": (2, 3)}
    gate.fetch()
    assert gate.scan(guests["pat"], SATURDAY_TEN + timedelta(minutes=59)) == "wrong-time"
    assert said(gate.hand_in(gate.log[1:])) == [("wrong-time", "refused")]


def test_former_hours_are_kept_only_where_a_device_may_have_them_and_not_without_end(people, fort, monkeypatch):
    event_id, _ = fort
    monkeypatch.setattr(doors, "MAX_KEPT", 2)
    moved(people, event_id, hours=1)
    assert former_starts(people, event_id) == []
    Device(people, event_id, "Gate").fetch()
    for _ in range(3):
        moved(people, event_id, hours=1)
    people.patch(f"/v1/events/{event_id}", {"town": "newhaven"}, as_="ada")
    assert former_starts(people, event_id) == [SATURDAY_TEN + timedelta(hours=hours) for hours in (2, 3)]


def former_starts(people, event_id):
    kept = people.runtime.db.events.find_one({"_id": event_id}).get("timings_before", [])
    return [one["timings"][0]["starts_at"] for one in kept]


def test_only_the_curator_makes_scanners_and_a_code_taken_back_opens_nothing(people, fort):
    event_id, guests = fort
    path = f"/v1/events/{event_id}/scanners"
    assert people.post(path, {"label": "Mine"}, as_="bea").status_code == 403
    assert people.post(path, {"label": "Mine"}).status_code == 401
    gate = Device(people, event_id, "Gate")
    gate.fetch()
    gate.scan(guests["pat"])
    assert [one["label"] for one in people.get(path, as_="ada").json["items"]] == ["Gate"]
    assert people.get(path, as_="bea").status_code == 403
    assert people.get(f"/v1/events/{event_id}/checkin", as_="bea").status_code == 403
    assert people.post(f"{path}/{gate.id}/revoke", as_="bea").status_code == 403
    for _ in range(2):
        assert people.post(f"{path}/{gate.id}/revoke", as_="ada").json["revoked_at"]
    assert people.get(f"{gate.path}/bundle").status_code == 404
    assert people.get(f"{gate.path}/scans").status_code == 404
    assert gate.hand_in().status_code == 404
    assert people.get(f"{path}/{gate.id}/bundle").status_code == 404, "the id of a device is no code"


def test_the_list_at_the_door_holds_no_code_and_no_email_address(people, fort):
    _, guests = fort
    gate = Device(people, fort[0], "Gate")
    fetched = gate.fetch()
    payload = bundles.jws.extract_compact(fetched["bundle"].encode()).payload.decode()
    assert '"Pat"' in payload
    assert "@" not in payload
    assert not [code for code in guests.values() if code in payload]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code_digest": "ABC"}, "code_digest"),
        ({"at": "yesterday"}, "at"),
        ({"id": ""}, "id"),
        ({"verdict": "admitted"}, "verdict"),
    ],
)
def test_a_bad_scan_names_its_field_and_nothing_is_kept(people, fort, changes, field):
    gate = Device(people, fort[0], "Gate")
    gate.fetch()
    gate.scan("x")
    answer = people.post(f"{gate.path}/scans", {"scans": [sent(gate.log[0]), sent(gate.log[0]) | changes]})
    assert answer.status_code == 422
    assert field in answer.json["errors"]["scans"]["1"]
    assert people.runtime.db.scans.count_documents({}) == 0
    assert people.post(f"{gate.path}/scans", {"scans": [sent(gate.log[0])] * 501}).status_code == 422


def test_without_a_key_there_is_no_list_and_the_answer_says_why(people, fort, monkeypatch):
    gate = Device(people, fort[0], "Gate")
    monkeypatch.setenv("CHECKIN_SIGNING_KEY", "")
    answer = people.get(f"{gate.path}/bundle")
    assert answer.status_code == 503
    assert "CHECKIN_SIGNING_KEY" in answer.json["detail"]
