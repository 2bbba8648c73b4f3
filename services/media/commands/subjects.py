"""Productions: a producer takes up what was put forward as a subject."""

from __future__ import annotations

from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.unit_of_work import UnitOfWork
from services.media import domain, views
from services.media.commands.common import Answer
from services.media.models import Subject
from services.media.policies import must_have_taken_up


def take_up(cmd: Command, uow: UnitOfWork) -> Answer:
    """Take up a proposed subject as its producer; taking it up again changes nothing."""
    subject = _subject(cmd.path["subject_id"])
    if subject.state in ("withdrawn", "cancelled"):
        raise Conflict(f"This subject is {subject.state}; see /v1/productions?state=proposed for those that are free.")
    if subject.taken_up_by not in (None, cmd.actor.id):
        raise Conflict("Another producer has taken this subject up; see /v1/productions?state=proposed.")
    if subject.taken_up_by is None:
        subject.taken_up_by, subject.taken_up_at = cmd.actor.id, uow.now()
        subject.state = domain.subject_state(subject.about_status, subject.taken_up_by)
        subject.save()
    return views.subject_item(subject.to_mongo())


def hand_back(cmd: Command, uow: UnitOfWork) -> Answer:
    """Give up a subject taken up before, so that another producer can take it."""
    subject = _subject(cmd.path["subject_id"])
    must_have_taken_up(cmd.actor, subject)
    subject.taken_up_by = subject.taken_up_at = None
    subject.state = domain.subject_state(subject.about_status, None)
    subject.changed_at = uow.now()
    subject.save()
    return views.subject_item(subject.to_mongo())


def _subject(subject_id: str) -> Subject:
    subject = Subject.objects(id=subject_id).first()
    if subject is None:
        raise NotFound(f"There is no subject {subject_id}.")
    return subject
