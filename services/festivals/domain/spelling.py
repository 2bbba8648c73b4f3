"""Which known words somebody may have meant: words within a slip or two of the finger.

Method: symmetric deletion (two words within n edits have a common form when up to n letters of each are left out), so
that an index on those forms finds the candidates; what they really differ by is then counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

SHORTEST = 4
"""Letters a word has at least to be forgiven a slip: most words of three letters are one slip from another word."""
LONG = 7
"""Letters from which two slips are forgiven."""

STOP_WORDS = frozenset(
    {
        "a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with",
        "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour",
        "sur", "un", "une",
    }
)  # fmt: skip
"""Words that tell nothing about what is looked for, folded."""


def slips(word: str) -> int:
    """How many slips a word of that length is forgiven."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def forms(word: str) -> list[str]:
    """The word with up to as many letters left out as it is forgiven slips."""
    length = len(word)
    kept = (combinations(range(length), length - missing) for missing in range(slips(word) + 1))
    return sorted({"".join(word[index] for index in each) for several in kept for each in several})


def closest(word: str, candidates: Iterable[str]) -> list[str]:
    """Those candidates that take the fewest slips, and no more than ``word`` is forgiven."""
    within = sorted((distance(word, candidate), candidate) for candidate in set(candidates))
    least = min((away for away, _ in within), default=0)
    return [candidate for away, candidate in within if away == least <= slips(word)]


def distance(one: str, other: str) -> int:
    """Letters left out, put in, replaced or swapped with their neighbour (optimal string alignment distance)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, facing in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
