"""What curators do about two listings of one event: merge them, or say that they are two events."""

from __future__ import annotations

from typing import Any

from kernel.auth import Actor
from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.festivals import announcements, listing
from services.festivals.commands import person, revise
from services.festivals.domain.roles import DECIDES
from services.festivals.duplicates import views
from services.festivals.duplicates.models import DuplicatePair
from services.festivals.findable import Origin
from services.festivals.models import FestivalEvent
from services.festivals.programmes import MAX_PROGRAMMES
from services.festivals.team import membership

MAX_ORIGINS = 20
"""Most other listings that one event was made of."""
TEXTS = ("title", "summary", "description", "conditions")


def merge(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Make one event of two listings: ``keep`` stays with its id, and takes the other one's programmes and origins.

    The other is withdrawn for good, and whoever asks for it gets the one that stays. It is given up by its curator, or
    by the curators of the festival it comes from. What the one that stays says of itself only its own curator may
    complete: when it is they who merge, texts come along in languages that it did not have. Repeating changes nothing.
    """
    pair = _concerned(cmd, uow)
    if cmd.body["keep"] not in pair.events:
        raise Invalid("That is neither of the two.", errors={"keep": [f"One of: {', '.join(pair.events)}."]})
    if pair.state == "merged" and pair.kept == cmd.body["keep"]:
        return views.pair_view(uow.db, pair.to_mongo())
    if pair.state != "open":
        raise Conflict(f"These two listings are {pair.state} already.")
    kept, gone = (FestivalEvent.objects.get(id=id) for id in sorted(pair.events, key=lambda id: id != cmd.body["keep"]))
    _may_give_up(cmd.actor, gone, uow.db)
    _must_have_no_guests(gone, uow)
    _take_over(kept, gone, cmd, uow)
    gone.state, gone.merged_into = "withdrawn", kept.id
    revise(gone, uow)
    gone.save()
    uow.publish(announcements.event_withdrawn(gone))
    uow.db["events"].update_many({"merged_into": gone.id}, {"$set": {"merged_into": kept.id}})
    uow.db["duplicates"].delete_many({"events": gone.id, "state": "open", "_id": {"$ne": pair.id}})
    return _decide(pair, "merged", cmd, uow, kept=kept.id)


def dismiss(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Say that two listings are of two events: they are not flagged again. Repeating changes nothing."""
    pair = _concerned(cmd, uow)
    if pair.state == "merged":
        raise Conflict("These two listings are merged already.")
    if pair.state == "dismissed":
        return views.pair_view(uow.db, pair.to_mongo())
    return _decide(pair, "dismissed", cmd, uow)


def _concerned(cmd: Command, uow: UnitOfWork) -> DuplicatePair:
    """The pair, for those whom it concerns: the curators of both events, and of the festivals that either is in."""
    pair: DuplicatePair | None = DuplicatePair.objects(id=cmd.path["pair_id"]).first()
    if pair is None:
        raise NotFound("There is no such pair: its events are not alike any more, or one was withdrawn.")
    if cmd.actor.id not in pair.curators and not any(_decides(uow.db, cmd.actor, each) for each in pair.festivals):
        raise Forbidden("This is for the curators of the two events and of their festivals.")
    return pair


def _may_give_up(actor: Actor, gone: FestivalEvent, db: RawDatabase) -> None:
    if actor.id != gone.curator.id and not _decides(db, actor, gone.festival_id):
        raise Forbidden(
            f"The event {gone.id} is its curator's to give up, or the curators' of the festival it comes from: "
            "keep that one, or ask them."
        )


def _decides(db: RawDatabase, actor: Actor, festival_id: str) -> bool:
    return membership.standing_of(db, actor, festival_id) in DECIDES


def _must_have_no_guests(gone: FestivalEvent, uow: UnitOfWork) -> None:
    """Nobody's place may be lost. The desk's row is written: of a merge and a settling at once one waits."""
    guests = {"event_id": gone.id, "living": True}
    if uow.db["registrations"].count_documents(guests, limit=1):
        wrong = [f"People are registered for {gone.id}: keep that one, or have their registrations cancelled first."]
        raise Conflict("People are registered for the event that would go.", errors={"keep": wrong})
    uow.db["desks"].update_one({"_id": gone.id}, {"$set": {"updated_at": uow.now()}})


def _take_over(kept: FestivalEvent, gone: FestivalEvent, cmd: Command, uow: UnitOfWork) -> None:
    origins = [*kept.origins, _origin(gone), *gone.origins]
    programmes = {*kept.also_in, gone.festival_id, *gone.also_in} - {kept.festival_id}
    if len(origins) > MAX_ORIGINS or len(programmes) > MAX_PROGRAMMES:
        raise Conflict(f"An event is made of at most {MAX_ORIGINS} others, and in {MAX_PROGRAMMES} other programmes.")
    kept.origins, kept.also_in = origins, sorted(programmes)
    kept.featured_in = sorted({*kept.featured_in, *gone.featured_in})
    if cmd.actor.id == kept.curator.id:
        for name in TEXTS:
            setattr(kept, name, {**getattr(gone, name), **getattr(kept, name)})
        listing.learn_words(kept, uow)
    revise(kept, uow)
    kept.save()
    uow.publish(announcements.event_published(kept))


def _origin(gone: FestivalEvent) -> Origin:
    told = (gone.website, gone.imported_from)
    return Origin(
        event_id=gone.id,
        festival_id=gone.festival_id,
        curator_id=gone.curator.id,
        curator_name=gone.curator.name,
        external_id=gone.external_id,
        source=gone.source,
        addresses=list(dict.fromkeys(address for address in told if address)),
    )


def _decide(pair: DuplicatePair, state: str, cmd: Command, uow: UnitOfWork, kept: str | None = None) -> dict[str, Any]:
    pair.state, pair.kept, pair.decided_at, pair.decided_by = state, kept, uow.now(), person(cmd)
    pair.save()
    return views.pair_view(uow.db, pair.to_mongo())
