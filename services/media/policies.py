"""Who may see or change which object. A producer's titles, releases and placements are theirs alone."""

from __future__ import annotations

from kernel.auth import Actor
from kernel.errors import Forbidden, NotFound
from services.media.models import Release, Subject, Title


def may_see(actor: Actor, producer_id: str, *, public: bool) -> bool:
    """Everybody sees what is public; a draft is seen by its producer only."""
    return public or actor.id == producer_id


def must_own(actor: Actor, title: Title | None, title_id: str) -> Title:
    """The title, for its producer. Another's draft does not exist (404); their public title is refused (403)."""
    if title is None or not may_see(actor, title.producer_id, public=title.state == "published"):
        raise NotFound(f"There is no title {title_id}.")
    if title.producer_id != actor.id:
        raise Forbidden("Only the producer of this title changes it.")
    return title


def must_own_release(actor: Actor, release: Release | None, release_id: str) -> Release:
    """The release, for the producer of its title."""
    if release is None or not may_see(actor, release.producer_id, public=release.public):
        raise NotFound(f"There is no release {release_id}.")
    if release.producer_id != actor.id:
        raise Forbidden("Only the producer of its title changes this release.")
    return release


def must_have_taken_up(actor: Actor, subject: Subject) -> None:
    """Only the producer who took a subject up hands it back."""
    if subject.taken_up_by != actor.id:
        raise Forbidden("Only the producer who took this subject up can hand it back.")
