"""Row A9, text: judged by hand in both languages on two programmes, with accents and slips of the finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from deploy.demo import festivals
from deploy.demo.programmes import newhaven_2018, newhaven_2019
from tests.integration.festivals import conftest
from tests.integration.festivals.test_demo_data import Api

BANDSTAND = {
    "makers-market-2018", "bronze-pouring-2018", "bandstand-ceilidh-2018", "shared-table-2018", "festival-launch-2019",
}  # fmt: skip
LIFEBOATS = {"newhaven-interviews-2018", "harbour-sketching-2018", "harbour-tales-2018", "learn-shanties-2019"}
MUSIC = {
    "festival-of-belonging-2018", "coast-songs-2018", "silent-film-fort-2018", "bandstand-ceilidh-2018",
    "festival-launch-2019", "learn-shanties-2019", "make-your-own-opera-2019",
}  # fmt: skip

JUDGED: dict[str, set[str]] = {
    "birdsong": {"birdsong-2018"},
    "Birdsnog": {"birdsong-2018"},
    "chants d'oiseaux": {"birdsong-2018"},
    "oisaux": {"birdsong-2018"},
    "EGLISE": {"birdsong-2018", "coast-songs-2018"},
    "église": {"birdsong-2018", "coast-songs-2018"},
    "promenade en ville": {"look-up-newhaven-2018"},
    "promnade": {"look-up-newhaven-2018"},
    "balade": {"look-up-newhaven-2018"},
    "ballade": {"look-up-newhaven-2018"},
    "shanties": {"learn-shanties-2019"},
    "shantys": {"learn-shanties-2019"},
    "opéra": {"make-your-own-opera-2019"},
    "opperra": {"make-your-own-opera-2019"},
    "marionette": {"driftwood-puppets-2018"},
    "puppet": {"driftwood-puppets-2018"},
    "pupets": {"driftwood-puppets-2018"},
    "ceildh": {"bandstand-ceilidh-2018"},
    "accordeon": {"bandstand-ceilidh-2018"},
    "photografs": {"pinhole-chalk-2018"},
    "stenope": {"pinhole-chalk-2018"},
    "chauve-souris": {"bat-walk-2018"},
    "chauve-suoris": {"bat-walk-2018"},
    "crépuscule": {"bat-walk-2018"},
    "castel hill": {"bat-walk-2018"},
    "films muets": {"silent-film-fort-2018"},
    "the silent films": {"silent-film-fort-2018"},
    "commedies": {"silent-film-fort-2018"},
    "bronse": {"bronze-pouring-2018"},
    "market makers": {"makers-market-2018"},
    "marche des createurs": {"makers-market-2018"},
    "harbor": {"harbour-sketching-2018", "harbour-tales-2018"},
    "harbour tails": {"harbour-tales-2018"},
    "histoires du port": {"harbour-tales-2018"},
    "dieppe ferrys": {"harbour-sketching-2018"},
    "dessinateur": {"harbour-sketching-2018"},
    "theatre": {"port-plays-2018"},
    "théâtre": {"port-plays-2018"},
    "theater": {"port-plays-2018"},
    "stowawy": {"port-plays-2018"},
    "poissons": {"shared-table-2018"},
    "chutny": {"shared-table-2018"},
    "fashon show": {"thrift-fashion-show-2019"},
    "seconde main": {"thrift-fashion-show-2019"},
    "workshop children": {"driftwood-puppets-2018", "make-your-own-opera-2019"},
    "atelier": {"make-your-own-opera-2019"},
    "sauvetage": LIFEBOATS,
    "kiosque": BANDSTAND,
    "bandstad": BANDSTAND,
    "walk nature": {"bat-walk-2018", "secret-downland-walk-2019"},
    "Charlston": {"secret-downland-walk-2019"},
    "music": MUSIC,
    "sailclothe bag": {"sailcloth-printing-2018"},
    "toile a voile": {"sailcloth-printing-2018"},
    "xylophone": set(),
    "zzzz": set(),
}
"""What somebody typed, and the events they would want to see: all of them, and no others."""


@pytest.fixture(scope="module")
def programmes(mongod):
    """The published programmes of two years, loaded as the demo loads them."""
    with conftest.opened(mongod) as people:
        festivals.load_published(Api(people))
        assert len(found(people, "")) == len(newhaven_2018.EVENTS) + len(newhaven_2019.EVENTS)
        yield people


def found(people, q):
    items = people.get(f"/v1/events?limit=200&fields=title{q and '&q=' + quote(q)}").json["items"]
    return {item["id"] for item in items}


def test_precision_and_recall_on_the_judged_queries(programmes):
    answers = {q: found(programmes, q) for q in JUDGED}
    right = sum(len(answers[q] & JUDGED[q]) for q in JUDGED)
    wrong = {q: answers[q] ^ JUDGED[q] for q in JUDGED if answers[q] != JUDGED[q]}
    precision = right / sum(map(len, answers.values()))
    recall = right / sum(map(len, JUDGED.values()))
    assert (precision >= 0.95, recall >= 0.95) == (True, True), (round(precision, 3), round(recall, 3), wrong)


def test_a_word_that_is_there_is_not_taken_for_another(programmes):
    assert found(programmes, "table") == {"festival-of-belonging-2018", "makers-market-2018", "shared-table-2018"}
    assert found(programmes, "tabel") == found(programmes, "table")


def test_a_typed_word_is_looked_up_by_an_index(programmes):
    plan = programmes.runtime.db.vocabulary.find({"forms": {"$in": ["birdsng", "brdsong"]}}).explain()
    assert plan["queryPlanner"]["winningPlan"]["inputStage"]["stage"] == "IXSCAN"
    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"] == 1


def test_curators_who_use_the_same_new_words_at_once_all_succeed(programmes):

    def draft(n):
        summary = {"fr": "Défilé de quadricycles fleuris"}
        body = conftest.listing("Quadricycle carnival", summary=summary)
        somebody = conftest.People(programmes.client.application.test_client(), programmes.runtime)
        return somebody.post("/v1/events", body, as_=f"curator-{n}").status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draft, range(16))) == [201] * 16
    assert programmes.runtime.db.vocabulary.count_documents({"_id": "quadricycle"}) == 1
