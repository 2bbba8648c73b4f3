"""The Media RSS feed of a town, as another program reads it."""

from __future__ import annotations

from lxml import etree

from tests.integration.media.conftest import film

NS = {
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
}


def read(media, town, query="", **options):
    answer = media.get(f"/titles/feed/{town}.rss{query}", **options)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    return etree.fromstring(answer.data)


def public(media, channel, number, **changes):
    title = media.made("/titles", film(**changes))
    release = media.release(title["id"], channel["id"], url=f"https://vimeo.com/{number}")
    media.made(f"/titles/{title['id']}/publish", {"published_on": f"2018-05-0{number}"})
    return title, release


def test_a_feed_lists_what_can_be_watched_in_a_town_newest_first(media):
    vimeo, app = media.channel(), media.app_channel()
    first, release = public(media, vimeo, 1, languages=["en"])
    public(media, vimeo, 2, towns=["dieppe"])
    third, _ = public(media, vimeo, 3)
    media.made("/titles", film(id="draft-film"))
    unreleased = media.film()
    media.made(f"/titles/{unreleased['id']}/publish", {})
    placement = media.placement(release["id"], app["id"], town="newhaven")
    feed = read(media, "newhaven")
    assert feed.xpath("channel/title/text()") == ["Films from Newhaven"]
    assert [guid.split(":")[-1] for guid in feed.xpath("//item/guid/text()")] == [third["id"], first["id"]]
    assert feed.xpath("//item/link/text()") == [
        "https://vimeo.com/3",
        f"http://localhost/v1/placements/{placement['id']}/out",
    ]
    item = feed.xpath("//item")[1]
    assert item.xpath("media:group/media:content/media:player/@url", namespaces=NS) == ["https://vimeo.com/1"]
    assert item.xpath("media:group/media:content/@duration", namespaces=NS) == ["720"]
    assert item.xpath("media:group/media:content/@lang", namespaces=NS) == ["en"]
    assert item.xpath("media:group/media:content/media:title/text()", namespaces=NS) == ["The Quay"]
    assert item.xpath("media:group/media:content/dcterms:valid/text()", namespaces=NS) == [
        "start=2018-04-01; scheme=W3C-DTF"
    ]
    assert item.xpath("pubDate/text()") == ["Tue, 01 May 2018 00:00:00 +0000"]


def test_links_are_made_of_the_address_that_the_gateway_was_asked_under(media):
    vimeo, app = media.channel(), media.app_channel()
    _, release = public(media, vimeo, 1)
    placement = media.placement(release["id"], app["id"])
    forwarded = {"X-Forwarded-Host": "vivant.example.org", "X-Forwarded-Proto": "https"}
    feed = read(media, "newhaven", headers=forwarded)
    assert feed.xpath("//item/link/text()") == [f"https://vivant.example.org/v1/placements/{placement['id']}/out"]
    assert feed.xpath("channel/atom:link/@href", namespaces=NS)[0].startswith(
        "https://vivant.example.org/v1/titles/feed/"
    )


def test_a_feed_speaks_the_towns_language_or_the_one_asked_for(media):
    vimeo = media.channel()
    public(media, vimeo, 1, towns=["dieppe"])
    public(media, vimeo, 2, towns=["dieppe"], name={"en": "Only English"}, summary={"en": "So far."})
    french, english = read(media, "dieppe"), read(media, "dieppe", "?lang=en")
    assert french.xpath("//item/title/text()") == ["Only English", "Le quai"]
    assert french.xpath("//item/dc:language/text()", namespaces=NS) == ["en", "fr"]
    assert french.xpath("channel/language/text()") == ["fr"]
    assert french.xpath("channel/title/text()") == ["Films de Dieppe"]
    assert english.xpath("//item/title/text()") == ["Only English", "The Quay"]
    assert read(media, "dieppe", "?lang=de").xpath("channel/language/text()") == ["en"]


def test_a_window_and_a_territory_are_told(media):
    vimeo = media.channel()
    title = media.film()
    media.release(title["id"], vimeo["id"], territory="GB", ends_on="2019-12-31")
    media.made(f"/titles/{title['id']}/publish", {})
    feed = read(media, "newhaven")
    assert feed.xpath("//media:restriction/text()", namespaces=NS) == ["gb"]
    assert feed.xpath("//dcterms:valid/text()", namespaces=NS) == ["start=2018-04-01; end=2019-12-31; scheme=W3C-DTF"]


def test_an_unchanged_feed_is_not_sent_twice(media):
    public(media, media.channel(), 1)
    path = "/titles/feed/newhaven.rss"
    etag = media.get(path).headers["ETag"]
    assert media.get(path, headers={"If-None-Match": etag}).status_code == 304
    title = media.items("/titles")[0]
    media.patch(f"/titles/{title['id']}", {"name": {"en": "The Old Quay"}})
    assert media.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_no_text_breaks_a_feed(media):
    vimeo = media.channel()
    refused = media.post("/titles", film(name={"en": "Salt \x0b wind"}))
    assert refused.status_code == 422
    assert "name.en" in refused.json["errors"]
    public(media, vimeo, 1, name={"en": "Salt <b>&amp; ]]> wind \U0001f30a"}, summary={"en": "\ttab\nline <script>"})
    feed = read(media, "newhaven")
    assert feed.xpath("//item/title/text()") == ["Salt <b>&amp; ]]> wind \U0001f30a"]
    assert feed.xpath("//item/description/text()") == ["tab\nline <script>"]


def test_an_empty_town_has_an_empty_feed_and_no_town_has_none(media):
    assert read(media, "dieppe").xpath("//item") == []
    answer = media.get("/titles/feed/atlantis.rss")
    assert answer.status_code == 404
    assert "newhaven" in answer.json["detail"]
    assert media.get("/titles/feed/newhaven.rss?lang=english").status_code == 422
