"""Structured logs: one JSON object a line on standard error, with the request and trace they belong to.

No tokens, no passwords, no bodies, no query strings: what a person typed or who they are never reaches a log.
"""

from __future__ import annotations

import logging
import sys
from functools import lru_cache
from typing import Any, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor

from kernel.json import dumps
from kernel.request_ids import current_request_id, current_trace_id

_SECRET_NAMES = ("authorization", "token", "password", "secret", "cookie", "email")


def configure_logging(service: str, role: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records to ``stream`` (standard error) as JSON. Safe to repeat."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _origin(service, role),
        _request,
        _withhold_secrets,
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=30)),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=()), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("pymongo", "kafka", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _origin(service: str, role: str) -> Processor:
    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        event["role"] = role
        return event

    return add


def _request(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for name, value in (("request_id", current_request_id()), ("trace_id", current_trace_id())):
        if value is not None:
            event.setdefault(name, value)
    return event


def _withhold_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for name in event:
        if _names_a_secret(name):
            event[name] = "withheld"
    return event


@lru_cache(maxsize=512)
def _names_a_secret(name: str) -> bool:
    return any(secret in name.lower() for secret in _SECRET_NAMES)


def _render(_logger: Any, _method: str, event: EventDict) -> str:
    return dumps({"time": event.pop("time", None), "level": event.pop("level", None), **event}).decode()
