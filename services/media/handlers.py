"""How media reacts: whatever opens, happens or joins in a town is put forward as a subject for a film."""

from __future__ import annotations

from contracts.base import Text
from contracts.festivals import EventCancelled, EventDisrupted, EventPublished, EventWithdrawn
from contracts.marketplace import MakerJoined
from contracts.media import SubjectProposed
from kernel.unit_of_work import UnitOfWork
from services.media.domain import subject_id, subject_state
from services.media.models import Subject


def on_event_published(event: EventPublished, uow: UnitOfWork) -> None:
    """Propose a festival's event as a subject, or bring the proposal up to date: one subject for one event."""
    _propose(
        uow,
        about_kind="event",
        about_id=event.event_id,
        about_status=event.status,
        town=event.town,
        title=event.title,
        summary=event.summary,
        synthetic=event.synthetic,
    )


def on_event_withdrawn(event: EventWithdrawn, uow: UnitOfWork) -> None:
    """An event taken out of the programme is no subject any more, whoever has taken it up."""
    _mark(uow, event.event_id, "withdrawn")


def on_event_cancelled(event: EventCancelled, uow: UnitOfWork) -> None:
    """There will be nothing to film."""
    _mark(uow, event.event_id, "cancelled")


def on_event_disrupted(event: EventDisrupted, uow: UnitOfWork) -> None:
    """The crew may not get there: the subject stays, and says so."""
    _mark(uow, event.event_id, "disrupted")


def on_maker_joined(maker: MakerJoined, uow: UnitOfWork) -> None:
    """Propose a maker as a subject; a name is the same in every language their craft is told in."""
    _propose(
        uow,
        about_kind="maker",
        about_id=maker.maker_id,
        about_status="scheduled",
        town=maker.town,
        title=dict.fromkeys(maker.craft or uow.locality.languages, maker.name),
        summary=maker.craft,
        synthetic=maker.synthetic,
    )


def _propose(uow: UnitOfWork, *, about_kind: str, about_id: str, town: str, title: Text, **told: object) -> None:
    """Write the subject as its own event tells it; say so when it is new, back, or now called otherwise."""
    known = Subject.objects(id=subject_id(about_kind, about_id)).first()
    subject = known or Subject(
        id=subject_id(about_kind, about_id), about_kind=about_kind, about_id=about_id, proposed_at=uow.now()
    )
    says_new = known is None or known.state == "withdrawn" or (known.town, dict(known.title)) != (town, title)
    subject.town, subject.title = town, title
    for name, value in told.items():
        setattr(subject, name, value)
    _save(subject, uow)
    if says_new and subject.state in ("proposed", "taken-up"):
        uow.publish(
            SubjectProposed(
                subject_id=subject.id,
                about_kind=about_kind,
                about_id=about_id,
                town=town,
                title=title,
                proposed_at=subject.proposed_at,
            )
        )


def _mark(uow: UnitOfWork, event_id: str, about_status: str) -> None:
    """Events of one festival event come in order, so one that is not known was never proposed."""
    subject = Subject.objects(id=subject_id("event", event_id)).first()
    if subject:
        subject.about_status = about_status
        _save(subject, uow)


def _save(subject: Subject, uow: UnitOfWork) -> None:
    subject.state = subject_state(subject.about_status, subject.taken_up_by)
    subject.changed_at = uow.now()
    subject.save()
