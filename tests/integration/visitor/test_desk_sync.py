"""Row GB7 (and B0's desk): journals of desks without network are merged with nothing lost and nothing doubled."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from contracts.festivals import EventWithdrawn
from contracts.visitor import ReferralMade, VisitRecorded
from kernel.ids import new_id
from services.visitor.aboard.forward import forward
from services.visitor.aboard.journal import Journal
from tests.integration.visitor.conftest import BACK, NOW, ROLES, SAILING, event, maker

ENQUIRY = {"centre_id": "aboard", "topic": "makers", "language": "fr", "sailing_id": SAILING}
TO_MAKER = {"target_kind": "maker", "target_id": "maker-1"}
COLLECTIONS = {"enquiry": "enquiries", "referral": "referrals", "visit": "visits"}


class Sea:
    """Delivers a desk's requests to the service, badly: some are lost, some repeated, some come again days later."""

    def __init__(self, visitors: Any, rng: random.Random, who: str) -> None:
        self.visitors, self.rng, self.who = visitors, rng, who
        self.up = True
        self.trouble = True
        self.late: list[dict[str, Any]] = []
        self.merges = 0

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.up or (self.trouble and self.rng.random() < 0.15):
            raise ConnectionError("the request was lost")
        receipt = self.deliver(body)
        if self.trouble:
            if self.rng.random() < 0.6:
                self.late.append(body)
            if self.rng.random() < 0.2:
                self.deliver(body)
            if self.rng.random() < 0.25:
                raise ConnectionError("the answer was lost")
        return receipt

    def deliver(self, body: dict[str, Any]) -> dict[str, Any]:
        self.merges += len(body["entries"])
        return self.visitors.done("/desk-sync", body, as_=self.who)

    def echo(self) -> None:
        """An old request arrives again, long after later ones."""
        if self.late:
            self.deliver(self.late[self.rng.randrange(len(self.late))])


@pytest.fixture
def desks(sailing, tmp_path, monkeypatch):
    """Two desks ashore and one at sea: each with a journal and a network of its own."""
    monkeypatch.setitem(ROLES, "aud", "ambassador")
    sailing.hears(maker(), event())
    rng = random.Random(5)
    opened = {
        name: (Journal(tmp_path / f"{name}.sqlite"), Sea(sailing, rng, who))
        for name, who in (("newhaven", "ann"), ("dieppe", "abe"), ("aboard", "aud"))
    }
    yield opened
    for journal, _ in opened.values():
        journal.close()


def write(journal: Journal, rng: random.Random, known: dict[str, list[str]], at: Any) -> tuple[str, str]:
    """A random thing that happens at a desk; it may follow from something at another desk that nobody has sent yet."""
    kind = rng.choice(("enquiry", "enquiry", "referral", "visit"))
    if kind == "referral" and known["enquiry"]:
        record = {"enquiry_id": rng.choice(known["enquiry"]), **TO_MAKER}
    elif kind == "visit" and known["referral"]:
        record = {"town": "newhaven", "party_size": rng.randint(1, 6), "referral_id": rng.choice(known["referral"])}
    else:
        kind, record = "enquiry", ENQUIRY
    identity = journal.write(kind, record, at)
    known[kind].append(identity)
    return kind, identity


def test_gb7_three_desks_72_hours_and_10_000_merges_lose_and_double_nothing(desks, sailing):
    rng = random.Random(7)
    wanted: dict[str, list[str]] = {"enquiry": [], "referral": [], "visit": []}
    for quarter in range(72 * 4):
        sailing.clock.advance(timedelta(minutes=15))
        at_sea = quarter % 24 < 20
        desks["aboard"][1].up = not at_sea
        for journal, sea in desks.values():
            for _ in range(rng.randint(0, 2)):
                write(journal, rng, wanted, sailing.clock.now())
            if rng.random() < 0.08:
                forward(journal, sea.send)
            if rng.random() < 0.8:
                sea.echo()
    for _, sea in desks.values():
        sea.up, sea.trouble = True, False
    merges = sum(sea.merges for _, sea in desks.values())
    assert [forward(journal, sea.send) for journal, sea in desks.values()].count(False) <= 2
    assert all(forward(journal, sea.send) for journal, sea in desks.values())
    assert merges >= 10_000
    db = sailing.runtime.db
    for kind, collection in COLLECTIONS.items():
        kept = Counter(row["_id"] for row in db[collection].find({}, {"_id": 1}))
        assert kept == Counter(wanted[kind]), kind
    assert Counter(said.referral_id for said in sailing.said(ReferralMade)) == Counter(wanted["referral"])
    assert Counter(said.visit_id for said in sailing.said(VisitRecorded)) == Counter(wanted["visit"])
    assert db.desk_entries.count_documents({"status": {"$ne": "merged"}}) == 0
    assert not any(journal.refused() for journal, _ in desks.values())


def test_gb7_the_desk_aboard_works_five_hours_without_network_and_over_a_power_cut(desks, sailing, tmp_path):
    journal, sea = desks["aboard"]
    sea.up, sea.trouble = False, False
    for _ in range(5 * 12):
        sailing.clock.advance(timedelta(minutes=5))
        enquiry = journal.write("enquiry", ENQUIRY, sailing.clock.now())
        journal.write("referral", {"enquiry_id": enquiry, **TO_MAKER}, sailing.clock.now())
        assert not forward(journal, sea.send)
    again = Journal(tmp_path / "aboard.sqlite")
    sea.up = True
    assert (again.id, forward(again, sea.send)) == (journal.id, True)
    again.close()
    rows = list(sailing.runtime.db.enquiries.find().sort("logged_at", 1))
    assert len(rows) == sailing.runtime.db.referrals.count_documents({}) == 60
    assert rows[0]["logged_at"] == NOW + timedelta(minutes=5), "when it was asked, not when it was sent"


def deliver(sailing, journal_id, *entries, first=1, who="ann", ok=True):
    body = {"journal_id": journal_id, "entries": []}
    for seq, (kind, record) in enumerate(entries, first):
        body["entries"].append({"seq": seq, "kind": kind, "at": "2018-08-19T09:00:00Z", "record": record})
    answer = sailing.post("/desk-sync", body, as_=who)
    assert not ok or answer.status_code == 200, answer.text
    return answer


def test_an_effect_waits_for_its_cause_from_another_desk(desks, sailing):
    enquiry, referral, ours, theirs = (new_id() for _ in range(4))
    effects = [
        ("visit", {"id": new_id(), "town": "newhaven", "date": "2018-08-19", "party_size": 2, "referral_id": referral}),
        ("referral", {"id": referral, "enquiry_id": enquiry, **TO_MAKER}),
    ]
    assert deliver(sailing, ours, *effects).json["waiting"] == 2
    assert deliver(sailing, theirs, ("enquiry", {"id": enquiry, **ENQUIRY}), who="abe").json["waiting"] == 0
    assert deliver(sailing, ours).json == {"journal_id": ours, "next_seq": 3, "waiting": 0, "refused": []}
    assert sailing.runtime.db.visits.find_one()["target_id"] == "maker-1"
    assert len(sailing.said(VisitRecorded)) == 1


def test_a_refused_entry_holds_nothing_up_and_takes_its_effects_with_it(desks, sailing):
    journal, bad, good = new_id(), new_id(), new_id()
    entries = [
        ("enquiry", {**ENQUIRY, "id": bad, "sailing_id": "nowhere"}),
        ("referral", {"id": new_id(), "enquiry_id": bad, **TO_MAKER}),
        ("enquiry", {**ENQUIRY, "id": new_id(), "question": "Call me: 01273 515 712 34"}),
        ("visit", {"id": "no uuid"}),
        ("enquiry", {**ENQUIRY, "id": good}),
    ]
    receipt = deliver(sailing, journal, *entries).json
    assert [(each["seq"], sorted(each["errors"])) for each in receipt["refused"]] == [
        (1, ["sailing_id"]),
        (2, []),
        (3, ["question"]),
        (4, ["id", "party_size", "town"]),
    ]
    assert receipt["next_seq"] == 6
    assert [row["_id"] for row in sailing.runtime.db.enquiries.find()] == [good]
    assert "01273" not in str(list(sailing.runtime.db.desk_entries.find()))
    assert deliver(sailing, journal, *entries).json == receipt


def test_what_happened_before_a_withdrawal_was_known_has_happened(desks, sailing):
    sailing.hears(EventWithdrawn(event_id="birdsong", festival_id="festival", withdrawn_at=NOW))
    enquiry = new_id()
    to_event = {"id": new_id(), "enquiry_id": enquiry, "target_kind": "event", "target_id": "birdsong"}
    receipt = deliver(sailing, new_id(), ("enquiry", {"id": enquiry, **ENQUIRY}), ("referral", to_event)).json
    assert receipt["refused"] == []
    assert sailing.runtime.db.referrals.count_documents({"target_id": "birdsong"}) == 1


def test_a_gap_is_not_skipped_and_a_copied_journal_is_noticed(desks, sailing):
    journal, one = new_id(), ("enquiry", {"id": new_id(), **ENQUIRY})
    assert deliver(sailing, journal, one, first=2).json["next_seq"] == 1
    assert deliver(sailing, journal, one).json["next_seq"] == 2
    other = ("enquiry", {"id": new_id(), **ENQUIRY})
    assert deliver(sailing, journal, other, ok=False).status_code == 409
    assert deliver(sailing, journal, who="abe", ok=False).status_code == 403
    assert sailing.runtime.db.enquiries.count_documents({}) == 1


def test_the_same_delivery_eight_times_at_the_same_moment_is_one(desks, sailing):
    for _ in range(2):
        journal, entries = new_id(), [("enquiry", {"id": new_id(), **ENQUIRY}) for _ in range(10)]
        with ThreadPoolExecutor(8) as senders:
            answers = list(senders.map(lambda _, of=journal, all=entries: deliver(sailing, of, *all), range(8)))
        assert {answer.json["next_seq"] for answer in answers} == {11}
    assert sailing.runtime.db.enquiries.count_documents({}) == 20
    assert sailing.runtime.db.desk_entries.count_documents({}) == 20


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"journal_id": "x", "entries": []}, "journal_id"),
        ({"entries": []}, "journal_id"),
        ({"journal_id": new_id(), "entries": [{"seq": 0, "kind": "x", "at": "soon", "record": 1}]}, "entries"),
        (
            {
                "journal_id": new_id(),
                "entries": [{"seq": n, "kind": "visit", "at": "2018-08-19T09:00:00Z", "record": {}} for n in (1, 3)],
            },
            "entries",
        ),
        (
            {
                "journal_id": new_id(),
                "entries": [
                    {"seq": n, "kind": "visit", "at": "2018-08-19T09:00:00Z", "record": {}} for n in range(1, 52)
                ],
            },
            "entries",
        ),
    ],
)
def test_a_delivery_that_cannot_be_read_names_its_field(visitors, body, field):
    answer = visitors.post("/desk-sync", body, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert visitors.post("/desk-sync", {"journal_id": new_id(), "entries": []}, as_="vic").status_code == 403
    assert visitors.runtime.db.desk_entries.count_documents({}) == 0


def test_a_wrong_clock_aboard_does_not_reach_into_the_future(desks, sailing):
    journal, sea = desks["aboard"]
    sea.trouble = False
    journal.write("enquiry", {**ENQUIRY, "sailing_id": BACK}, NOW + timedelta(days=3))
    assert forward(journal, sea.send)
    assert sailing.runtime.db.enquiries.find_one()["logged_at"] == NOW
