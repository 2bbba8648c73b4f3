"""Titles: drafted, changed and published by their own producer."""

from __future__ import annotations

from datetime import date

from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, Invalid
from kernel.etags import require_match
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.media import domain, views
from services.media.commands.common import Answer, hold_own_title, listing, must_know_towns, opening, plain
from services.media.models import Placement, Release, Subject, Title
from services.media.policies import may_see


def draft_title(cmd: Command, uow: UnitOfWork) -> Answer:
    """Begin a title as a draft that only its producer sees. An episode is drafted by the producer of its series."""
    body = dict(cmd.body)
    wrong = domain.trouble_with_shape(body["kind"], body.get("series_id"), body.get("episode_number"))
    if wrong:
        raise Invalid("The title does not fit its kind.", errors=wrong)
    if body["kind"] == "episode":
        series = _own_series(cmd)
        body.setdefault("towns", list(series.towns))
    must_know_towns(uow, "towns", body.get("towns", []))
    _must_know_subjects(body.get("subjects", []))
    title_id = body.pop("id", None) or new_id()
    if Title.objects(id=title_id).only("id").first():
        raise Conflict(f"There is a title {title_id} already; choose another id or leave it out.")
    now = uow.now()
    fields = {name: plain(value) for name, value in body.items()}
    title = Title(id=title_id, producer_id=cmd.actor.id, created_at=now, updated_at=now, **fields)
    title.save(force_insert=True)
    return views.title_item(title.to_mongo())


def change_title(cmd: Command, uow: UnitOfWork) -> Answer:
    """Replace fields of an own title; a public one is announced anew, with the whole listing."""
    title = hold_own_title(cmd.actor, cmd.path["title_id"])
    require_match(title.revision - 1)
    number = cmd.body.get("episode_number")
    if number is not None:
        wrong = domain.trouble_with_shape(title.kind, title.series_id, number)
        if wrong:
            raise Invalid("The title does not fit its kind.", errors=wrong)
        _number_must_be_free(title.series_id, number, except_for=title.id)
    if "towns" in cmd.body:
        must_know_towns(uow, "towns", cmd.body["towns"])
    _must_know_subjects(cmd.body.get("subjects", []))
    for name, value in cmd.body.items():
        setattr(title, name, plain(value))
    title.updated_at = uow.now()
    title.save()
    if title.state == "published":
        uow.publish(listing(title))
    return views.title_item(title.to_mongo())


def publish_title(cmd: Command, uow: UnitOfWork) -> Answer:
    """Make an own title public, since today or an earlier day; a series ``with_episodes`` takes its drafts along.

    An episode is never public before its series. The releases prepared for a title open with it.
    """
    title = hold_own_title(cmd.actor, cmd.path["title_id"])
    require_match(title.revision - 1)
    if title.state == "published":
        raise Conflict(f"This title is public since {title.published_on}.")
    if cmd.body["with_episodes"] and title.kind != "series":
        raise Invalid("Only a series has episodes.", errors={"with_episodes": [f"not for a {title.kind}"]})
    day = _publication_day(cmd.body.get("published_on"), title, uow)
    if title.kind == "episode":
        _series_must_be_public(title, day)
    _make_public(title, day, uow)
    if cmd.body["with_episodes"]:
        for episode in Title.objects(series_id=title.id, state="draft").order_by("episode_number"):
            _make_public(episode, day, uow)
    return views.title_item(title.to_mongo())


def _make_public(title: Title, day: str, uow: UnitOfWork) -> None:
    title.state, title.published_on, title.updated_at = "published", day, uow.now()
    title.save()
    uow.publish(listing(title))
    Placement.objects(title_id=title.id).update(public=True)
    Release.objects(title_id=title.id).update(public=True)
    for release in Release.objects(title_id=title.id).order_by("id"):
        uow.publish(opening(release))


def _own_series(cmd: Command) -> Title:
    """The series an episode is drafted for, with room for its number; Invalid or Forbidden when it is not one.

    Another's draft is answered like a series that does not exist.
    """
    series_id, number = cmd.body["series_id"], cmd.body["episode_number"]
    series = Title.objects(id=series_id).first()
    public = series is not None and series.state == "published"
    if series is None or series.kind != "series" or not may_see(cmd.actor, series.producer_id, public=public):
        raise Invalid("There is no such series.", errors={"series_id": ["must be the id of a series of yours"]})
    if series.producer_id != cmd.actor.id:
        raise Forbidden("Only the producer of a series adds episodes to it.")
    if Title.objects(series_id=series_id).count() >= domain.MOST_EPISODES:
        raise Conflict(f"A series has at most {domain.MOST_EPISODES} episodes.")
    _number_must_be_free(series_id, number)
    return series


def _number_must_be_free(series_id: str, number: int, except_for: str | None = None) -> None:
    """The unique index is what holds; this says which number would be free."""
    others = Title.objects(series_id=series_id, id__ne=except_for).only("episode_number")
    taken = {episode.episode_number for episode in others}
    if number in taken:
        raise Conflict(
            f"This series has an episode {number} already; {domain.next_number(taken)} is free.",
            errors={"episode_number": [f"{domain.next_number(taken)} is free"]},
        )


def _must_know_subjects(subjects: list[str]) -> None:
    known = {subject.id for subject in Subject.objects(id__in=subjects).only("id")} if subjects else set()
    unknown = {
        str(index): ["must be the id of one in /v1/productions"]
        for index, each in enumerate(subjects)
        if each not in known
    }
    if unknown:
        raise Invalid("There is no such subject.", errors={"subjects": unknown})


def _publication_day(asked: date | None, title: Title, uow: UnitOfWork) -> str:
    today = domain.today(uow.locality, title.towns[0], uow.now())
    if asked and plain(asked) > today:
        raise Invalid("That day has not come.", errors={"published_on": [f"must be {today} or earlier, or left out"]})
    return plain(asked) or today


def _series_must_be_public(episode: Title, day: str) -> None:
    series = Title.objects(id=episode.series_id).first()
    if series.state != "published":
        raise Conflict(
            f"Publish its series {series.id} first, or publish the series with_episodes: true.",
            errors={"series_id": ["its series is not public yet"]},
        )
    if day < series.published_on:
        wrong = f"must be {series.published_on} or later: its series is public since then"
        raise Invalid("An episode is not public before its series.", errors={"published_on": [wrong]})
