"""Finding events by words that people typed: case, accents, word endings and slips of the finger are forgiven.

Every word that tells something has to be met. A word is met by any word of an event that it begins; one that begins no
word of any event is met by the words that somebody may have meant, looked up in a vocabulary that grows with the
events' texts. Both are answered from indexes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pymongo import UpdateOne

from kernel.errors import Invalid
from kernel.mongo import RawDatabase
from kernel.words import MAX_ASKED, words
from services.festivals.domain import spelling

Selector = dict[str, Any]

MAX_CANDIDATES = 200
"""Most words of the vocabulary that one asked word is compared with."""


def conditions(db: RawDatabase, asked: str, *, public: bool) -> list[Selector]:
    """A MongoDB condition for each word to be met. Raises ``Invalid`` naming ``q`` when there is no word in it."""
    found = words(asked)
    if not found:
        raise Invalid("There is no word to search for.", errors={"q": ["At least one letter or digit."]})
    telling = [word for word in found if word not in spelling.STOP_WORDS] or found
    return [_meets(db, word, public=public) for word in telling[:MAX_ASKED]]


def learn(db: RawDatabase, seen: Iterable[str]) -> None:
    """Put the words that are not in the vocabulary yet into it."""
    long = {word for word in seen if spelling.slips(word) and not word.isdigit()}
    known = {row["_id"] for row in db["vocabulary"].find({"_id": {"$in": sorted(long)}}, {"_id": 1})}
    new = sorted(long - known)
    if new:
        put = [UpdateOne({"_id": word}, {"$set": {"forms": spelling.forms(word)}}, upsert=True) for word in new]
        db["vocabulary"].bulk_write(put)


def _meets(db: RawDatabase, word: str, *, public: bool) -> Selector:
    beginning = _begins([word])
    visible = {"state": "published"} if public else {}
    if not spelling.slips(word) or db["events"].find_one(visible | beginning, {"_id": 1}):
        return beginning
    near = db["vocabulary"].find({"forms": {"$in": spelling.forms(word)}}, {"_id": 1}).limit(MAX_CANDIDATES)
    meant = spelling.closest(word, (row["_id"] for row in near))
    return _begins(meant) if meant else beginning


def _begins(several: list[str]) -> Selector:
    """One expression for each word: its fixed beginning bounds what is read of the index."""
    each: list[Selector] = [{"words": {"$regex": f"^{re.escape(word)}"}} for word in several]
    return each[0] if len(each) == 1 else {"$or": each}
