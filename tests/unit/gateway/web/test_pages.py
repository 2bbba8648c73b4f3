"""What stands on the pages, in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar
from lxml import html

from gateway.failures import ServiceAway
from tests.unit.gateway import fakes
from tests.unit.gateway.web.conftest import HOSTILE, LATE, PATHS, PageServices, Reader, at_sea, crossing

WEIGHT = 60_000
"""Bytes of a page with its style sheets, before any compression."""


def text_of(source: str) -> str:
    """The words of the page, spaces folded, without its JSON-LD."""
    tree = html.fromstring(source)
    for script in tree.iter("script"):
        script.text = ""
    return " ".join(tree.text_content().split())


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole_and_light(reader: Reader, path: str, lang: str) -> None:
    source = reader.read(path, lang)
    tree = html.fromstring(source)
    assert tree.get("lang") == lang
    assert len(tree.xpath("//h1")) == 1
    assert "{" not in text_of(source)
    assert not re.search(r"&amp;(#|\w+;)", source), "escaped twice"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for control in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert tree.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")
    styles = reader.get("/static/site.css").data + reader.get("/static/print.css").data
    assert len(source.encode()) + len(styles) < WEIGHT


@pytest.mark.parametrize("path", PATHS)
def test_headings_come_in_order(reader: Reader, path: str) -> None:
    levels = [int(each.tag[1]) for each in html.fromstring(reader.read(path)).xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_runs_and_nothing_comes_from_elsewhere(reader: Reader, path: str) -> None:
    answer = reader.get(path)
    tree = html.fromstring(answer.text)
    assert {each.get("type") for each in tree.iter("script")} == {"application/ld+json"}
    assert not tree.xpath("//@style | //style | //iframe | //*[starts-with(name(@*), 'on')]")
    loaded = tree.xpath("//link[@rel='stylesheet' or @rel='icon' or @rel='manifest']/@href | //img/@src | //@srcset")
    assert loaded
    assert all(re.match(r"/[^/]", address) for address in loaded)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_what_people_wrote_stays_text(reader: Reader) -> None:
    for path in ("/", "/events/e-odd", "/makers/m-1", "/makers/m-2", "/search?q=walk"):
        tree = html.fromstring(reader.read(path))
        assert not [each for each in tree.iter("script") if each.get("type") != "application/ld+json"], path
        assert not tree.xpath("//b[normalize-space()='&']"), path
    assert HOSTILE in text_of(reader.read("/makers/m-2"))
    assert "&lt;script&gt;" in reader.read("/search?q=%3Cscript%3E")


def test_the_first_thing_told_is_when_to_be_back(reader: Reader) -> None:
    home, town = text_of(reader.read("/")), text_of(reader.read("/today/newhaven", "fr"))
    assert "Be back at the ferry by 09:15" in home
    assert "15 min left" in home
    assert "Ferry 10:00 from Newhaven, 15:00 in Dieppe." in home
    assert "The 09:50 ferry is cancelled. Fog." in home
    assert "Seven Sisters is at sea now: in Newhaven at 11:00." in home
    assert "De retour au ferry avant 9 h 15" in town
    assert "encore 15 min" in town


def test_a_late_ferry_says_when_it_is_expected_and_why(reader: Reader) -> None:
    home, town = text_of(reader.read("/")), text_of(reader.read("/today/newhaven", "fr"))
    assert "Expected to leave at 10:25; check-in closes as planned. A late connection." in home
    told = "Départ attendu à 10 h 25 ; l’enregistrement ferme à l’heure prévue. Une correspondance en retard."
    assert town.count(told) == 2, "beside the time to be back, and in the list of ferries"


def test_a_ship_that_is_late_in_port_or_at_sea_is_shown_by_what_is_expected(
    reader: Reader, services: PageServices
) -> None:
    here = {"town": "newhaven", "at": "2018-08-19T07:50:00Z", "local": "2018-08-19T08:50:00+01:00"}
    late = crossing("s-late", "departure", closes="2018-08-19T08:05:00+01:00", departure=here, delay=LATE)
    sea = {**at_sea(), "delay": {**LATE, "departs_local": here["local"], "arrives_local": "2018-08-19T11:45:00+01:00"}}
    services.answers["/v1/sailings"] = lambda params: fakes.page(late, sea)
    town = text_of(reader.read("/today/newhaven"))
    assert "Expected to leave at 10:25; check-in closes as planned. A late connection. Check-in is closed" in town
    assert "Check in by 08:05" not in town
    assert "Seven Sisters is at sea now: in Newhaven at 11:45." in town


def test_the_brand_is_that_of_the_language(reader: Reader) -> None:
    assert "Living Newhaven" in text_of(reader.read("/", "en"))
    assert "Dieppe Vivant" in text_of(reader.read("/", "fr"))


def test_an_event_says_what_stands_and_when_to_leave(reader: Reader) -> None:
    today = text_of(reader.read("/events/e-1"))
    assert "Today, 11:00." in today
    cancelled = text_of(reader.read("/events/e-off", "fr"))
    assert "Annulé. Cet événement n’a pas lieu. Vents forts." in cancelled
    disrupted = text_of(reader.read("/events/e-dis"))
    assert "Its ferry is cancelled." in disrupted
    assert "A ferry we have no times for yet (s-10)." in disrupted
    assert "exemple fictif" in cancelled
    made_up = "//article//ul[@class='facts']//i"
    assert not html.fromstring(reader.read("/events/e-1")).xpath(made_up)
    assert html.fromstring(reader.read("/events/e-off")).xpath(made_up)


def test_an_event_that_is_a_tour_leads_to_its_way(reader: Reader, services: PageServices) -> None:
    led = "//article//a[@href='/tours/e-1']"
    assert not html.fromstring(reader.read("/events/e-1")).xpath(led)
    services.answers["/v1/events/e-1"]["tour_url"] = "/v1/tours/e-1"
    [link] = html.fromstring(reader.read("/events/e-1")).xpath(led)
    assert link.text == "The way, stop by stop, and the ferry that fits"


def going_home(services: PageServices, answer: str, **ships: Any) -> None:
    way = {"to": "dieppe", "answer": answer, "last": None, "next": None, **ships}
    services.answers["/v1/events/e-1"]["getting_home"] = {"timing_id": "1", "ends_at": "x", "ways": [way]}


LAST = {
    "sailing_id": "s-1",
    "checkin_closes": {"newhaven": "2018-08-19T22:15:00+01:00", "dieppe": "2018-08-19T23:15:00+02:00"},
    "departs": {"newhaven": "2018-08-19T23:00:00+01:00", "dieppe": "2018-08-20T00:00:00+02:00"},
    "arrives": {"newhaven": "2018-08-20T03:00:00+01:00", "dieppe": "2018-08-20T04:00:00+02:00"},
    "illustrative": True,
}


def test_an_event_says_how_to_get_home_on_both_clocks(reader: Reader, services: PageServices) -> None:
    """GA2 on the page."""
    going_home(services, "tonight", last=LAST, next=LAST)
    page = text_of(reader.read("/events/e-1"))
    assert "The last ferry to Dieppe after it leaves Sunday 19 August at 23:00 on the clocks of Newhaven, 00:00" in page
    assert "Check in by 22:15; in Dieppe at 04:00." in page
    assert "The timetable is an illustration" in page
    going_home(services, "later", next=LAST)
    page = text_of(reader.read("/events/e-1", "fr"))
    assert "Aucun ferry pour Dieppe plus tard cette nuit-là. Le suivant part dimanche 19 août à 23 h 00" in page
    going_home(services, "unknown")
    assert "We know of no ferry to Dieppe in the days after." in text_of(reader.read("/events/e-1"))
    services.answers["/v1/events/e-1"]["status"] = "cancelled"
    assert "Getting home" not in text_of(reader.read("/events/e-1"))


@pytest.mark.parametrize("path", ["/", "/today/newhaven", "/search?q=walk"])
def test_lists_say_what_does_not_take_place_and_what_is_made_up(reader: Reader, path: str) -> None:
    tree = html.fromstring(reader.read(path))
    for event, words in (("e-off", "Cancelled. Strong winds."), ("e-dis", "Its ferry is cancelled. Strong winds.")):
        [row] = tree.xpath(f"//li[.//a[@href='/events/{event}']]")
        [alarm] = row.xpath(".//p[@class='alarm']")
        assert " ".join(alarm.text_content().split()) == words
        assert bool(row.xpath(".//i")) == (event == "e-off")


def test_leaving_for_the_ferry_counts_the_walk(reader: Reader, services: PageServices) -> None:
    services.answers["/v1/events/e-1"]["timings"][0]["starts_at"] = "2018-08-19T08:30:00+01:00"
    page = text_of(reader.read("/events/e-1"))
    assert "On now, till 12:00." in page
    assert "Leave here by 08:53" in page
    maker = text_of(reader.read("/makers/m-1"))
    assert "Leave here by 09:08 8 min left 7 minutes' walk, and check-in for the 10:00 ferry closes at 09:15." in maker


def test_a_text_missing_in_a_language_is_shown_in_the_other_and_marked(reader: Reader) -> None:
    tree = html.fromstring(reader.read("/events/e-1", "fr"))
    [foreign] = tree.xpath("//p[@class='summary']/span[@lang]")
    assert (foreign.get("lang"), foreign.text) == ("en", "Up the hill.")
    assert foreign.getnext().text == "en anglais"


def test_a_passport_tells_hands_crossing_and_seal(reader: Reader) -> None:
    page = text_of(reader.read("/passports/i-1"))
    for words in ("Made in Newhaven", "Verified", "3 signed entries", "Crossed to Dieppe", "Taken home", "Clay, from"):
        assert words in page
    assert "6 September 2018" in page
    assert "Nothing is written down about who bought it." in page
    broken = text_of(reader.read("/passports/i-2"))
    assert "Do not trust this passport" in broken
    assert "entry 1 was changed" in broken
    assert "Verified" not in broken


def test_a_film_is_watched_by_the_link_that_is_counted(reader: Reader) -> None:
    for path in ("/titles/t-1", "/titles/t-1-1", "/"):
        assert "/v1/placements/p-1/out" in html.fromstring(reader.read(path)).xpath("//a/@href"), path
    assert "https://vimeo.com/1" not in reader.read("/titles/t-1")


def test_a_film_without_a_counted_link_is_watched_where_it_is(reader: Reader, services: PageServices) -> None:
    release = {"id": "r", "channel_name": "Vimeo", "url": "https://vimeo.com/1", "out": None}
    services.answers["/v1/titles/t-1"] = services.answers["/v1/titles/t-1"] | {"releases": [release]}
    links = html.fromstring(reader.read("/titles/t-1")).xpath("//a[@class='button']/@href")
    assert "https://vimeo.com/1" in links
    assert "None" not in links


def test_prices_are_written_as_each_language_writes_them(reader: Reader) -> None:
    assert "£28.50 or €33.00" in text_of(reader.read("/makers/m-1", "en"))
    assert "28,50 £GB ou 33,00 €" in text_of(reader.read("/makers/m-1", "fr"))
    assert "The last one" in text_of(reader.read("/makers/m-1"))
    assert "Sold out" in text_of(reader.read("/makers/m-1"))


def test_a_list_without_anything_says_what_to_do(reader: Reader, services: PageServices) -> None:
    page = text_of(reader.read("/today/dieppe"))
    for words in ("Nothing is listed in Dieppe", "No maker is listed in Dieppe", "Ask at the terminal"):
        assert words in page
    tree = html.fromstring(reader.read("/today/dieppe"))
    assert "/today/newhaven" in tree.xpath("//p[@class='none']/a/@href")
    assert "/today/dieppe?date=2018-08-20" in tree.xpath("//p[@class='none']/a/@href")
    assert "Nothing found for “xylophone”" in text_of(_search_of_nothing(reader, services))


def _search_of_nothing(reader: Reader, services: PageServices) -> str:
    services.answers = {}
    return reader.read("/search?q=xylophone")


@pytest.mark.parametrize(
    ("down", "named"),
    [("visitor", "ferries and places"), ("festivals", "events"), ("marketplace", "makers and"), ("media", "films")],
)
def test_a_part_that_is_missing_is_named(reader: Reader, services: PageServices, down: str, named: str) -> None:
    services.down = (down,)
    for path in ("/", "/today/newhaven"):
        tree = html.fromstring(reader.read(path))
        [notice] = tree.xpath("//p[@role='status']")
        assert named in notice.text_content()
        assert down != "visitor" or "We know of no ferry" not in tree.text_content()
    assert reader.get("/").headers["Cache-Control"] == "no-store"


def test_another_day_shows_its_ferries_and_a_day_that_is_none_says_so(reader: Reader) -> None:
    assert "Saturday 25 August 2018" in text_of(reader.read("/today/newhaven?date=2018-08-25"))
    for wrong in ("2018-02-30", "yesterday", "0001-01-01", "9999-12-31", "20180825"):
        tree = html.fromstring(reader.read(f"/today/newhaven?date={wrong}", status=422))
        [field] = tree.xpath("//input[@name='date']")
        [told] = tree.xpath(f"//*[@id='{field.get('aria-describedby')}']")
        assert told.get("role") == "alert"
        assert field.get("aria-invalid") == "true"
    assert "alert" in reader.read("/timeline?as_of=never", status=422)


@pytest.mark.parametrize("q", ["a", "x" * 101, "%21%21"])
def test_a_search_that_cannot_be_made_says_so_at_its_field(reader: Reader, q: str) -> None:
    tree = html.fromstring(reader.read(f"/search?q={q}", status=422))
    [field] = tree.xpath("//input[@id='q']")
    assert "wrong" in field.get("aria-describedby").split()
    assert tree.xpath("//p[@id='wrong']")[0].text


def test_control_characters_are_not_searched_for(reader: Reader, services: PageServices) -> None:
    reader.read("/search?q=wa%00lk%0Around")
    assert {params["q"] for _, path, params in services.asked if "q" in params} == {"wa lk round"}


def test_the_calendar_holds_the_occurrences_of_the_event_alone(reader: Reader) -> None:
    answer = reader.get("/events/e-1/calendar.ics")
    calendar = Calendar.from_ical(answer.data.decode())
    assert [str(each["uid"]) for each in calendar.walk("VEVENT")] == ["e-1-1@here"]
    assert "NAME" not in calendar
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="e-1.ics"'


@pytest.mark.parametrize("hidden", ["..%2e", "a%3Fq=1", "a%23b", "a b", "%00", "."])
def test_an_id_that_would_lead_elsewhere_is_asked_of_no_service(
    reader: Reader, services: PageServices, hidden: str
) -> None:
    assert reader.get(f"/events/{hidden}").status_code == 404
    assert services.asked == []


def test_the_manifest_speaks_the_language(reader: Reader) -> None:
    manifest = reader.get("/manifest.webmanifest", "fr").json
    assert (manifest["name"], manifest["lang"]) == ("Dieppe Vivant", "fr")
    assert reader.get(manifest["icons"][0]["src"]).status_code == 200


def test_static_files_are_kept_and_change_their_address(reader: Reader) -> None:
    [sheet, *_] = html.fromstring(reader.read("/")).xpath("//link[@rel='stylesheet']/@href")
    assert re.search(r"\?v=[0-9a-f]{12}$", sheet)
    assert "max-age=31536000" in reader.get(sheet).headers["Cache-Control"]


def test_the_markup_is_balanced(reader: Reader) -> None:
    for path in PATHS:
        _Balance(path).feed(reader.read(path))


class _Balance(HTMLParser):
    """Fails at the first end tag that closes something else than what is open."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
    SVG = frozenset({"line", "path", "rect", "circle"})

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path, self._open = path, list[str]()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        assert tag in self.SVG, f"{self._path}: <{tag}/>"

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{self._path}: </{tag}>"
        assert self._open.pop() == tag, f"{self._path}: </{tag}> at {self.getpos()}"


def test_without_its_service_there_is_a_page_that_says_so(reader: Reader, services: PageServices) -> None:
    services.down = ("festivals",)
    with pytest.raises(ServiceAway):
        services.get("festivals", "/v1/events/e-1")
    answer = reader.get("/events/e-1")
    assert answer.status_code == 503
    assert "Held up in fog" in answer.text
