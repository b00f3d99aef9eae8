"""The index: what is known of every document, ready to be asked.

Built once from all documents and never changed; to change it, build another.
"""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.services.catalogue.search.compounds import Compounds
from kaarst.services.catalogue.search.ngrams import NgramIndex
from kaarst.services.catalogue.search.spelling import Spelling
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.search.words import is_stop_word
from kaarst.services.catalogue.search.words import stem
from kaarst.services.catalogue.search.words import terms
from kaarst.services.catalogue.search.words import words
from math import log


@dataclass(frozen=True)
class Document:
    """What the search reads of a service.

    `key` is any name that is unique in the index. `context` are the names of what the service
    belongs to (topics, department), `text` is all the rest in plain text.
    """

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    description: str = ""
    context: tuple[str, ...] = ()
    text: str = ""


# Weight of a field, and how much its length counts against a word in it (BM25F).
FIELDS = {
    "title": (6.0, 0.3),
    "synonyms": (4.0, 0.2),
    "description": (2.0, 0.4),
    "context": (1.0, 0.3),
    "text": (1.0, 0.6),
}
# How much the second and further occurrences of a word count.
SATURATION = 2.0
# A verb's stem that a word may come from, beside its own stem.
DERIVED = 0.85


@dataclass(frozen=True)
class Line:
    """A title or one synonym: short enough to be meant as a whole.

    `document` is the number of its document, `weight` how much a likeness to it counts, `rarity`
    the sum of its words' rarities.
    """

    document: int
    text: str
    weight: float
    rarity: float


class Index:
    """Terms, lines and words of a collection of documents."""

    def __init__(self, documents: Iterable[Document]):
        self.documents = tuple(documents)
        read = [_fields(document) for document in self.documents]
        surface: Counter = Counter(
            word for fields in read for found in fields.values() for word in found
        )
        self.compounds = Compounds(surface)
        # For each folded word and stem the way it is written most often, for "did you mean".
        self.surface: dict[str, str] = {}
        by_frequency = [word for word, _count in surface.most_common() if not is_stop_word(word)]
        for word in by_frequency:
            self.surface.setdefault(fold(word), word)
        for word in by_frequency:
            self.surface.setdefault(stem(word), word)
        self.spelling = Spelling(self.surface)
        self._weigh(read)
        self._draw_lines()

    def rarity(self, term: str) -> float:
        """How much a term tells documents apart (inverse document frequency)."""
        return self._rarity.get(term, self._unknown_rarity)

    def knows(self, term: str) -> bool:
        return term in self.postings

    def expand(self, word: str) -> dict[str, float]:
        """The terms of one word, with its parts if it is a compound, and their weights up to 1."""
        expanded = {term: 1.0 if not number else DERIVED for number, term in enumerate(terms(word))}
        for part, weight in self.compounds.split(fold(word)):
            for term in terms(self.surface.get(part, part)):
                expanded[term] = max(expanded.get(term, 0), weight)
        return expanded

    def _weigh(self, read: list[dict[str, list[str]]]) -> None:
        """Fills `postings`: term → {document number: weight in it, 0 to 1}."""
        average = {
            name: sum(len(fields[name]) for fields in read) / max(1, len(read)) or 1
            for name in FIELDS
        }
        cache: dict[str, dict[str, float]] = {}
        raw: dict[str, dict[int, float]] = defaultdict(dict)
        for number, fields in enumerate(read):
            weights: dict[str, float] = defaultdict(float)
            for name, (field_weight, length_counts) in FIELDS.items():
                length = 1 - length_counts + length_counts * len(fields[name]) / average[name]
                for word in fields[name]:
                    if is_stop_word(word):
                        continue
                    if (expanded := cache.get(word)) is None:
                        expanded = cache[word] = self.expand(word)
                    for term, weight in expanded.items():
                        weights[term] += weight * field_weight / length
            for term, weight in weights.items():
                raw[term][number] = weight / (SATURATION + weight)
        self.postings = dict(raw)
        count = len(self.documents)
        self._rarity = {
            term: log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
            for term, found in raw.items()
        }
        self._unknown_rarity = log(1 + 2 * count)

    def _draw_lines(self) -> None:
        """Fills `lines`, `line_postings` (term → {line number: weight}) and `line_ngrams`."""
        self.lines: list[Line] = []
        self.line_postings: dict[str, dict[int, float]] = defaultdict(dict)
        folded_lines = []
        for number, document in enumerate(self.documents):
            for text, weight in [
                (document.title, 1.0),
                *((line, 0.95) for line in document.synonyms),
            ]:
                found = meaningful([word.text for word in words(text)])
                if not found:
                    continue
                rarity = 0.0
                for word in found:
                    expanded = self.expand(word)
                    rarity += max(self.rarity(term) for term in terms(word))
                    for term, share in expanded.items():
                        posted = self.line_postings[term]
                        posted[len(self.lines)] = max(posted.get(len(self.lines), 0), share)
                self.lines.append(Line(number, text, weight, rarity))
                folded_lines.append([fold(word) for word in found])
        self.line_ngrams = NgramIndex(folded_lines)


def meaningful(found: list[str]) -> list[str]:
    """The words without stop words, unless nothing else is there."""
    return [word for word in found if not is_stop_word(word)] or found


def _fields(document: Document) -> dict[str, list[str]]:
    texts = {
        "title": document.title,
        "synonyms": "\n".join(document.synonyms),
        "description": document.description,
        "context": "\n".join(document.context),
        "text": document.text,
    }
    return {name: [word.text for word in words(text)] for name, text in texts.items()}
