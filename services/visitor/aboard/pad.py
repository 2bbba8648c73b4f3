"""The stamp pad: the phone of a centre, studio or event. It needs no network: it checks a pass and stamps it."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.visitor.aboard.journal import Journal
from services.visitor.domain import stamps


class StampPad:
    """Stamps passes for one stamp point; with a journal, what was stamped is forwarded from here too."""

    def __init__(self, key: Ed25519PrivateKey, point_id: str, journal: Journal | None = None) -> None:
        self._key, self._point_id, self._journal = key, point_id, journal

    def stamp(self, shown: str, now: datetime) -> str:
        """The code to show to the phone that shows ``shown``; raises ``stamps.CodeRefused``."""
        code = stamps.stamp(self._key, self._point_id, stamps.presented(shown, now), now)
        if self._journal is not None:
            self._journal.write("stamp", {"code": code}, now)
        return code
