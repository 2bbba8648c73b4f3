"""Writing what is generated from the registry, and telling where it differs from what is committed.

A committed golden schema is a release: it is replaced only by a schema that lives side by side with it and with all
before it, and stays among the earlier ones.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from contracts.asyncapi import document, topics
from contracts.base import Event
from contracts.compatibility import same, transitive_violations
from contracts.pages import page
from contracts.registry import REGISTRY
from contracts.schemas import EARLIER, GOLDEN, earlier_paths, released, released_types, render, schema_of

DOCS = Path(__file__).parents[1] / "docs" / "events"
_SHOWN_LINES = 30


def write(golden: Path = GOLDEN, docs: Path = DOCS, events: Iterable[type[Event]] = REGISTRY) -> list[str]:
    """Bring golden schemas and documents up to the code. Returns what hinders it; then nothing is written."""
    events = list(events)
    problems = [problem for event in events for problem in _breaking(event, golden)]
    if problems:
        return problems
    (golden / EARLIER).mkdir(parents=True, exist_ok=True)
    docs.mkdir(parents=True, exist_ok=True)
    for event in events:
        _release(event, golden)
    for name, text in documents().items():
        (docs / name).write_text(text, encoding="utf-8")
    return []


def check(golden: Path = GOLDEN, docs: Path = DOCS, events: Iterable[type[Event]] = REGISTRY) -> list[str]:
    """Every difference between the code and what is committed, each with what to do. Empty when there is none."""
    events = list(events)
    return [
        *(problem for event in events for problem in _breaking(event, golden)),
        *(
            problem
            for event in events
            for problem in _differing(golden / f"{event.TYPE}.json", render(schema_of(event)))
        ),
        *_gone({event.TYPE for event in events}, golden),
        *(problem for name, text in documents().items() for problem in _differing(docs / name, text)),
    ]


def documents() -> dict[str, str]:
    """The generated documents by file name."""
    return {"asyncapi.json": render(document()), "topics.json": render(topics()), "README.md": page()}


def _breaking(event: type[Event], golden: Path) -> Iterator[str]:
    for violation in transitive_violations([*released(event.TYPE, golden), schema_of(event)]):
        yield (
            f"{event.TYPE} breaks its released schema at {violation}. "
            f"If no release has carried this version yet, remove its files under contracts/schemas and write again"
        )


def _release(event: type[Event], golden: Path) -> None:
    current, schema = golden / f"{event.TYPE}.json", schema_of(event)
    if current.exists() and not same(released(event.TYPE, golden)[-1], schema):
        number = len(earlier_paths(event.TYPE, golden)) + 1
        current.rename(golden / EARLIER / f"{event.TYPE}.{number}.json")
    current.write_text(render(schema), encoding="utf-8")


def _differing(path: Path, expected: str) -> Iterator[str]:
    if not path.exists():
        yield f"{path} is missing: run `python -m contracts write` and commit it"
        return
    committed = path.read_text(encoding="utf-8")
    if committed != expected:
        lines = list(difflib.unified_diff(committed.splitlines(), expected.splitlines(), "committed", "code", n=1))
        shown = "\n".join(f"    {line}" for line in lines[:_SHOWN_LINES])
        yield f"{path} differs from the code: run `python -m contracts write` and commit it\n{shown}"


def _gone(known: set[str], golden: Path) -> Iterator[str]:
    for event_type in released_types(golden):
        if event_type not in known:
            yield (
                f"{event_type} is released but no longer declared: records of it may still be read. Declare it again, "
                f"or, once no topic and no outbox holds one, remove its files under contracts/schemas"
            )
