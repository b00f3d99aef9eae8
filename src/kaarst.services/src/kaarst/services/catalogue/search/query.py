"""Asking the index: a query as people type it, and the documents it may mean."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from kaarst.services.catalogue.search.index import Index
from kaarst.services.catalogue.search.index import meaningful
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.search.words import FOLDED_PARTICLES
from kaarst.services.catalogue.search.words import FOLDED_WEAK_WORDS
from kaarst.services.catalogue.search.words import words


LONGEST_QUERY = 200
MOST_WORDS = 16
# Share of each kind of likeness in the score; they sum up to 1.
WORDS, LINES, LETTERS = 0.45, 0.35, 0.20
# How much of its score a document loses that has none of the query's words.
COVERAGE = 0.2
# A document below this part of the best score is no answer; nor is one that shares no word with the
# query, not even a misspelt one, and has no line that shares this much of its letters.
LEAST_OF_BEST = 0.25
LEAST_LETTERS = 0.35
# Lines that share fewer letters are not looked at.
SOME_LETTERS = 0.15
# A word with a term of this weight is spelt as it should be.
WELL_KNOWN = 0.8
# A word this much like a known one is shown as its correction.
SURELY_MEANT = 0.8
# A term of less weight is not marked in a snippet.
WORTH_MARKING = 0.5
# How much a weak word counts beside others.
WEAK = 0.35


@dataclass(frozen=True)
class Hit:
    """A document that answers a query.

    `score`: 0 to 1. `line`: the title or synonym that is most like the query, or "". `terms`: the
    terms by which it was found, for marking them in a snippet.
    """

    key: str
    score: float
    line: str
    terms: frozenset[str]


@dataclass(frozen=True)
class Result:
    """Hits, best first. `corrected` is the query as it was understood, if that differs, or ""."""

    hits: tuple[Hit, ...]
    corrected: str


@dataclass
class _Word:
    """A word of the query: the terms it may stand for with their weights, and its rarity.

    `corrections`: the words it was read as, most probable first, if nobody writes it like this.
    """

    text: str
    terms: dict[str, float]
    rarity: float
    corrections: tuple[str, ...] = ()


def search(index: Index, query: str, allowed: Collection[str] | None = None) -> Result:
    """The documents that answer `query`, among those whose key is in `allowed` (None: among all).

    Any text will do as a query; what is longer than 200 characters or 16 words is cut. No words, no
    hits.
    """
    texts = meaningful([word.text for word in words(query[:LONGEST_QUERY])])[:MOST_WORDS]
    if not texts or not index.documents:
        return Result((), "")
    asked = _understand(index, texts, _particles(query))
    total = sum(word.rarity for word in asked)
    scores: dict[int, float] = defaultdict(float)
    for word in asked:
        for number, weight in _best(word, index.postings).items():
            scores[number] += WORDS * weight * word.rarity / total
    lines = _lines(index, asked, total, texts)
    for number, (likeness, _line, letters) in lines.items():
        if number in scores or letters >= LEAST_LETTERS:
            scores[number] += likeness
    covered = _covered(index, asked, total)
    for number in scores:
        scores[number] *= 1 - COVERAGE + COVERAGE * covered.get(number, 0)
    hits = _hits(index, asked, scores, lines, allowed)
    return Result(hits, _corrected(index, query, asked, allowed))


def _hits(index, asked, scores, lines, allowed) -> tuple[Hit, ...]:
    ranked = sorted(
        (
            (score, number)
            for number, score in scores.items()
            if allowed is None or index.documents[number].key in allowed
        ),
        key=lambda pair: (-pair[0], index.documents[pair[1]].title),
    )
    found_by = frozenset(
        term for word in asked for term, weight in word.terms.items() if weight >= WORTH_MARKING
    )
    return tuple(
        Hit(
            index.documents[number].key,
            score,
            lines[number][1] if number in lines else "",
            found_by,
        )
        for score, number in ranked
        if score >= LEAST_OF_BEST * ranked[0][0]
    )


def _particles(query: str) -> list[str]:
    """Particles of parted verbs that stand in the query: "um" in "ich ziehe um"."""
    return [
        particle
        for word in words(query[:LONGEST_QUERY])
        if (particle := fold(word.text)) in FOLDED_PARTICLES
    ]


def _understand(index: Index, texts: list[str], particles: list[str]) -> list[_Word]:
    understood = []
    skip = False
    for place, text in enumerate(texts):
        if skip:
            skip = False
            continue
        if place + 1 < len(texts) and (joined := _joined(index, text, texts[place + 1])):
            understood.append(joined)
            skip = True
            continue
        understood.extend(_parts(index, text) or [_word(index, text, particles)])
    return understood


def _word(index: Index, text: str, particles: list[str]) -> _Word:
    expanded = {term: weight for term, weight in index.expand(text).items() if index.knows(term)}
    known = max(expanded.values(), default=0) >= WELL_KNOWN
    folded = fold(text)
    for particle in particles:
        for term in [term for term in index.expand(text) if index.knows(particle + term)]:
            expanded.setdefault(particle + term, 1.0)
    corrections = () if known else index.spelling.nearest(folded)
    for form, likeness in corrections:
        for term, weight in index.expand(index.surface[form]).items():
            trust = (1 + likeness) / 2 if likeness >= SURELY_MEANT else likeness**3
            expanded[term] = max(expanded.get(term, 0), weight * trust)
    if len(folded) >= 4:
        for form in index.spelling.beginning_with(folded):
            for term in index.expand(index.surface[form]):
                if term not in expanded:
                    expanded[term] = 0.6 * len(folded) / len(form)
    return _Word(
        text,
        expanded,
        _rarity(index, text, expanded),
        tuple(index.surface[form] for form, likeness in corrections if likeness >= SURELY_MEANT),
    )


def _parts(index: Index, text: str) -> list[_Word]:
    """The parts of a compound that stands nowhere in the texts; [] for any other word.

    Each part counts as a word of its own: "Hundeanmeldung" asks for what is like "Hund" and like
    "Anmeldung".
    """
    folded = fold(text)
    parts = index.compounds.split(folded)
    if folded in index.surface or len(parts) < 2:
        return []
    return [_word(index, index.surface[part], []) for part, _weight in parts]


def _rarity(index: Index, text: str, expanded: dict[str, float]) -> float:
    """Rarity of a word: that of the term it most probably stands for; less for a weak word."""
    folded = fold(text)
    if not expanded:
        return 0.6 * index.rarity(folded)
    best = max(expanded.values())
    rarity = min(index.rarity(term) for term, weight in expanded.items() if weight == best)
    return WEAK * rarity if folded in FOLDED_WEAK_WORDS else rarity


def _joined(index: Index, first: str, second: str) -> _Word | None:
    """Two words that are one: "personal ausweis"."""
    for link in ("", "s", "n", "es"):
        folded = fold(first + link + second)
        if folded in index.surface:
            expanded = {
                term: weight
                for term, weight in index.expand(index.surface[folded]).items()
                if index.knows(term)
            }
            if expanded:
                return _Word(f"{first} {second}", expanded, _rarity(index, folded, expanded))
    return None


def _best(word: _Word, postings: dict[str, dict[int, float]]) -> dict[int, float]:
    """For each document or line the best of the word's terms that occur in it."""
    best: dict[int, float] = {}
    for term, weight in word.terms.items():
        for number, share in postings.get(term, {}).items():
            value = weight * share
            if value > best.get(number, 0):
                best[number] = value
    return best


def _covered(index: Index, asked: list[_Word], total: float) -> dict[int, float]:
    """For each document the part of the query, by rarity, of which it has the words at all."""
    covered: dict[int, float] = defaultdict(float)
    for word in asked:
        found: dict[int, float] = {}
        for term, weight in word.terms.items():
            for number in index.postings.get(term, ()):
                found[number] = max(found.get(number, 0), weight)
        for number, weight in found.items():
            covered[number] += weight * word.rarity / total
    return covered


def _lines(index, asked, total, texts) -> dict[int, tuple[float, str, float]]:
    """For each document its most similar line: likeness (0 to LINES + LETTERS), text, and the part
    of the letters they share (0 to 1)."""
    matched: dict[int, float] = defaultdict(float)
    for word in asked:
        for number, weight in _best(word, index.line_postings).items():
            matched[number] += weight * word.rarity
    letters = {
        number: shared
        for number, shared in index.line_ngrams.search([fold(text) for text in texts]).items()
        if shared >= SOME_LETTERS
    }
    best: dict[int, tuple[float, str, float]] = {}
    for number in matched.keys() | letters.keys():
        line = index.lines[number]
        dice = min(1.0, 2 * matched.get(number, 0) / (total + line.rarity))
        shared = letters.get(number, 0)
        likeness = line.weight * (LINES * dice + LETTERS * shared)
        if line.document not in best or likeness > best[line.document][0]:
            best[line.document] = (likeness, line.text, shared)
    return best


def _corrected(index: Index, query: str, asked: list[_Word], allowed) -> str:
    """The query with its misspelt words put right, by words of documents that may be seen."""

    def may_be_seen(word: str) -> bool:
        return allowed is None or any(
            index.documents[number].key in allowed
            for term in index.expand(word)
            for number in index.postings.get(term, ())
        )

    corrections = {
        word.text: correction
        for word in asked
        if (correction := next(filter(may_be_seen, word.corrections), None))
    }
    if not corrections:
        return ""
    return " ".join(corrections.get(word.text, word.text) for word in words(query[:LONGEST_QUERY]))
