"""What ties log lines, problems and events of one request together: its request id and its W3C trace context.

Source: W3C Trace Context, section 3.2 (``traceparent``).
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

from kernel.ids import new_id

REQUEST_ID_HEADER = "X-Request-ID"

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)

_SANE_ID = re.compile(r"[A-Za-z0-9._:/=+-]{1,100}")
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def begin(request_id: str | None, traceparent: str | None) -> None:
    """Start a request: take over the ids it came with, or make new ones where they are missing or not sane."""
    _request_id.set(request_id if request_id and _SANE_ID.fullmatch(request_id) else new_id())
    _traceparent.set(continue_trace(traceparent))


def current_request_id() -> str | None:
    """The id of the request being answered, or None outside of one."""
    return _request_id.get()


def current_traceparent() -> str | None:
    """The trace context of the request being answered, to be passed on, or None outside of one."""
    return _traceparent.get()


def current_trace_id() -> str | None:
    """The trace id inside the trace context: 32 hexadecimal digits."""
    traceparent = _traceparent.get()
    return traceparent.split("-")[1] if traceparent else None


def continue_trace(traceparent: str | None) -> str:
    """The context for this hop: same trace and flags as ``traceparent`` with a new parent id, or a new trace."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    span = secrets.token_hex(8)
    if match is None:
        return f"00-{secrets.token_hex(16)}-{span}-01"
    version, trace, parent, flags, rest = match.groups()
    if version == "ff" or set(trace) == {"0"} or set(parent) == {"0"} or (version == "00" and rest):
        return f"00-{secrets.token_hex(16)}-{span}-01"
    return f"00-{trace}-{span}-{flags}"
