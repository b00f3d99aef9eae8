"""Likeness of two lines by the groups of letters they share: needs no word to be known."""

from collections import Counter
from collections import defaultdict
from math import log
from math import sqrt


SIZE = 3


def ngrams(folded_words: list[str]) -> Counter:
    """Groups of three letters; the edges of a word count as a letter."""
    counts: Counter = Counter()
    for word in folded_words:
        edged = f"_{word}_"
        counts.update(edged[place : place + SIZE] for place in range(len(edged) - SIZE + 1))
    return counts


class NgramIndex:
    """Lines of text by their n-grams, weighted by how rare these are (tf-idf, cosine)."""

    def __init__(self, lines: list[list[str]]):
        counts = [ngrams(line) for line in lines]
        frequency: Counter = Counter()
        for count in counts:
            frequency.update(count.keys())
        self._rarity = {gram: log(1 + len(lines) / seen) for gram, seen in frequency.items()}
        self._unknown = log(1 + len(lines))
        self._postings = defaultdict(list)
        for number, count in enumerate(counts):
            length = sqrt(sum((seen * self._rarity[gram]) ** 2 for gram, seen in count.items()))
            for gram, seen in count.items():
                self._postings[gram].append((number, seen * self._rarity[gram] / length))

    def search(self, folded_words: list[str]) -> dict[int, float]:
        """Number of the line and its likeness, 0 to 1, for all lines that share anything."""
        weights = {
            gram: seen * self._rarity.get(gram, self._unknown)
            for gram, seen in ngrams(folded_words).items()
        }
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1
        scores: dict[int, float] = defaultdict(float)
        for gram, weight in weights.items():
            for number, share in self._postings.get(gram, ()):
                scores[number] += share * weight / length
        return scores
