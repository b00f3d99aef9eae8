"""Words that are nearly right: the nearest known words and those that begin alike."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract


class Spelling:
    """Knows the folded words that occur in a collection of texts."""

    def __init__(self, folded_words: Iterable[str]):
        self._words = sorted(set(folded_words))
        self.nearest = lru_cache(maxsize=2_000)(self._nearest)

    def _nearest(self, word: str) -> tuple[tuple[str, float], ...]:
        """The nearest known words, at most five, with a likeness of 0 to 1, best first.

        Missing, wrong, superfluous and exchanged letters count one each; a word may have about one
        in four of its letters wrong, a word of three letters none.
        """
        if len(word) < 4:
            return ()
        allowed = 1 if len(word) < 6 else 2 if len(word) < 10 else 3
        found = extract(
            word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=5, processor=None
        )
        likeness = [
            # the first letter is seldom the wrong one
            (known, 1 - distance / len(word) - (0 if known[0] == word[0] else 0.1))
            for known, distance, _place in found
        ]
        return tuple(sorted(likeness, key=lambda pair: -pair[1]))

    def beginning_with(self, start: str, limit: int = 20) -> list[str]:
        """Known words that begin with `start` and go on, in alphabetical order."""
        first = bisect_left(self._words, start)
        found = []
        for word in self._words[first : first + limit + 1]:
            if not word.startswith(start):
                break
            if word != start:
                found.append(word)
        return found[:limit]
