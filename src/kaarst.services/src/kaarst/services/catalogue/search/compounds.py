"""Taking German compounds apart with no other dictionary than the words of the texts themselves."""

from collections.abc import Iterable
from functools import lru_cache
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.search.words import is_stop_word


LINKS = ("", "s", "es", "n", "en", "er", "e")
SHORTEST_PART = 4
SHORTEST_NOUN = 3
SHORTEST_REST = 3


class Compounds:
    """Knows the parts that occur in a collection of texts.

    A part is a word that stands alone somewhere in the texts, with at least four letters, or three
    where it is written with a capital, as German nouns are.
    """

    def __init__(self, surface_words: Iterable[str]):
        self._parts = {
            fold(word)
            for word in surface_words
            if not is_stop_word(word)
            and not word[0].isdigit()
            and len(word) >= (SHORTEST_NOUN if word[0].isupper() else SHORTEST_PART)
        }
        self.split = lru_cache(maxsize=50_000)(self._split)

    def _split(self, word: str) -> tuple[tuple[str, float], ...]:
        """Parts of a folded word with their weight, 0 to 1; empty for a word that is no compound.

        Where all parts are known they weigh more than a known beginning or end with an unknown rest.
        """
        if len(word) < SHORTEST_PART + SHORTEST_NOUN:
            return ()
        whole = self._known_parts(word, 0)
        if whole and len(whole) > 1:
            # the last part says what it is, those before only which one
            return tuple((part, 0.5) for part in whole[:-1]) + ((whole[-1], 0.6),)
        return self._known_end(word) + self._known_beginning(word)

    def _known_parts(self, word: str, depth: int) -> list[str] | None:
        """The fewest known parts that make up the word, or None."""
        if depth and word in self._parts:
            return [word]
        if depth == 3:
            return None
        best = None
        for length in range(len(word) - SHORTEST_NOUN, SHORTEST_NOUN - 1, -1):
            part = word[:length]
            if part not in self._parts:
                continue
            for link in LINKS:
                if not word.startswith(link, length):
                    continue
                rest = self._known_parts(word[length + len(link) :], depth + 1)
                if rest and (best is None or len(rest) + 1 < len(best)):
                    best = [part, *rest]
        return best

    def _known_end(self, word: str):
        for start in range(SHORTEST_REST, len(word) - SHORTEST_PART + 1):
            if word[start:] in self._parts:
                return ((word[start:], 0.45),)
        return ()

    def _known_beginning(self, word: str):
        for length in range(len(word) - SHORTEST_REST, SHORTEST_PART - 1, -1):
            if word[:length] in self._parts:
                return ((word[:length], 0.35),)
        return ()
