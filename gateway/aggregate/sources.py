"""What composed answers need of the services, and what they say when a part of it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gateway.reader import Reader

Row = dict[str, Any]
Part = tuple[str, str, Mapping[str, Any] | None]
"""Service, path and query."""


class Services(Protocol):
    """``gateway.upstream.Upstream``, or what stands for it in a test."""

    def get(self, service: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a GET. Raises ``NotFound`` and the problems of ``gateway.failures``."""

    def gather(self, parts: Mapping[str, Part]) -> tuple[dict[str, Any], list[str]]:
        """What the parts gave, by name, and the services of those that failed."""


def composed(reader: Reader, failed: list[str], **content: Any) -> Row:
    """A composed answer: who it is for, whether something is missing and of whom, and its content."""
    return {**reader.signature(), "partial": bool(failed), "failed": failed, **content}


def items(found: Mapping[str, Any], name: str) -> list[Row]:
    """The items of a page that a part gave; none when it failed."""
    page = found.get(name)
    return list(page["items"]) if page else []
