"""Who reads: the name they know the platform by, and the languages that texts are picked in for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.errors import Invalid
from kernel.locality import App, Locality, pick_text, pick_words

Shown = dict[str, str]
"""``{"text": ..., "lang": ...}``: one text, and the language it really is in."""


@dataclass(frozen=True)
class Reader:
    """Picks texts for someone. ``lang`` is what they asked for; what is missing in it is shown in another."""

    app: App
    lang: str
    languages: list[str]

    def shown(self, text: Mapping[str, str] | None) -> Shown | None:
        """The text to show of a map by language, or None when there is none at all."""
        chosen, lang = pick_text(dict(text or {}), self.lang, self.languages)
        return {"text": chosen, "lang": lang} if chosen else None

    def with_texts(self, thing: Mapping[str, Any], *names: str) -> dict[str, Any]:
        """A copy of ``thing`` in which the texts called ``names`` are shown; absent ones are None."""
        return {**thing, **{name: self.shown(thing.get(name)) for name in names}}

    def keywords(self, thing: Mapping[str, Any]) -> list[str] | None:
        """The keywords to show of a thing: those of one language, or those that do not say theirs."""
        return pick_words(thing.get("keywords_by_language"), self.lang, self.languages) or thing.get("keywords")

    def signature(self) -> dict[str, str]:
        """What a composed answer says about whom it is for."""
        return {"app": self.app.slug, "app_name": self.app.name, "lang": self.lang}


def reader_of(locality: Locality, *, app: str | None = None, lang: str | None = None) -> Reader:
    """The reader of a name and a language; one follows from the other where it is left out.

    A name speaks its own language unless another is asked for; a language alone is that of the first name that
    speaks it. Raises ``Invalid`` naming the names there are.
    """
    if app is None:
        chosen = next((each for each in locality.apps if each.language == lang), locality.apps[0])
    else:
        found = next((each for each in locality.apps if each.slug == app), None)
        if found is None:
            names = ", ".join(each.slug for each in locality.apps)
            raise Invalid("The platform has no such name.", errors={"app": [f"One of: {names}."]})
        chosen = found
    return Reader(app=chosen, lang=lang or chosen.language, languages=locality.languages)
