"""Named places at which a process can be made to die, to see that nothing is lost there.

``CRASH_AT=relay.acknowledged:3`` ends the process, as SIGKILL would, when it passes that place for the third time.
Without the variable a place costs one comparison.
"""

from __future__ import annotations

import os
from typing import Literal

Place = Literal[
    "work.flushed",
    "work.committed",
    "relay.sent",
    "relay.acknowledged",
    "relay.kept",
    "consumer.handled",
    "consumer.committed",
    "consumer.offsets_saved",
    "redrive.applied",
]
"""Behind which line: of the unit of work, the relay, the consumer, a redrive."""

EXIT_CODE = 137

_place, _, _passes = os.environ.get("CRASH_AT", "").partition(":")
_left = int(_passes or 1)


def crash_point(place: Place) -> None:
    """End the process here when the environment says so."""
    if place != _place:
        return
    global _left
    _left -= 1
    if _left <= 0:
        os._exit(EXIT_CODE)
