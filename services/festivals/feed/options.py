"""How a subscriber wants a calendar: in which language, as whole days, under which titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

NAMES = ("title", "place", "town", "festival", "curator")
"""What a title template may name."""
WHOLE = "{title}"


@dataclass(frozen=True)
class Options:
    """The form of a calendar feed."""

    lang: str | None = None
    all_day: bool = False
    """Days instead of hours: a calendar that shows what is on without blocking anyone's time."""
    title: str = WHOLE
    """Template of SUMMARY, e.g. ``{title} ({place})``."""


PLAIN = Options()


def wrong_with(template: str) -> str | None:
    """What is not right about a title template; None when it can be used."""
    try:
        names = [name for _, name, form, conversion in Formatter().parse(template) if name is not None]
        plain = all(not form and not conversion for _, name, form, conversion in Formatter().parse(template))
    except ValueError:
        return "Braces come in pairs around a name: {title} ({place})."
    if not plain or not set(names) <= set(NAMES):
        return f"Names in braces are: {', '.join(NAMES)}."
    return None if "title" in names else "The title itself has to be in it: {title}."


def render(template: str, values: Mapping[str, str]) -> str:
    """The template filled in, with what is not known left out together with the brackets or dash around it."""
    text = template.format_map({name: values.get(name, "") for name in NAMES})
    return " ".join(text.replace("()", "").replace("[]", "").split()).strip(" -–—·:,|") or values["title"]
