"""From text to terms: spelling evened out, endings taken off, forms of a verb brought together."""

from dataclasses import dataclass
from functools import lru_cache
from kaarst.services.catalogue.search.language import IRREGULAR
from kaarst.services.catalogue.search.language import PARTICLES
from kaarst.services.catalogue.search.language import PREFIXES
from kaarst.services.catalogue.search.language import STOP_WORDS
from kaarst.services.catalogue.search.language import WEAK_WORDS

import re
import Stemmer
import threading
import unicodedata


_WORD = re.compile(r"\w+", re.UNICODE)
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
# ae, oe, ue for umlauts, but not in "neue", "bauen", "quelle"
_WRITTEN_OUT = re.compile(r"(?<![aeiouq])([aou])e")
_ENDING = "(?:e[mnrs]?)?"
_GE_PARTICIPLE = re.compile(rf"({'|'.join(PARTICLES)})?ge(\w{{3,}}?)(?:e?t{_ENDING}|en{_ENDING})")
_WITH_PARTICLE = re.compile(rf"({'|'.join(PARTICLES)})(?:ge|zu)?(\w{{3,}})")
_PREFIXED_PARTICIPLE = re.compile(rf"((?:{'|'.join(PREFIXES)})\w{{3,}}?)(?:e?t|en){_ENDING}")
_NOUN_OF_VERB = re.compile(r"(\w{3,})ung(?:en)?")
_INFINITIVE = re.compile(r"(\w{3,}?)(?:e|en|st|t|n)")

_stemmers = threading.local()


@dataclass(frozen=True)
class Word:
    """A word in a text, with its place (`text[start:end]`)."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text in their order."""
    return [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """One spelling for "Straße", "STRASSE" and "Strasse", "Müll", "Muell" and "Mull".

    Other accents fall away as well ("Café").
    """
    word = unicodedata.normalize("NFC", word).lower().translate(_UMLAUTS)
    word = _WRITTEN_OUT.sub(r"\1", word)
    if not word.isascii():
        word = "".join(
            sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign)
        )
    return word


FOLDED_STOP_WORDS = frozenset(fold(word) for word in STOP_WORDS)
FOLDED_WEAK_WORDS = frozenset(fold(word) for word in WEAK_WORDS)
FOLDED_PARTICLES = frozenset(fold(word) for word in PARTICLES)
_IRREGULAR = {fold(form): fold(stem) for form, stem in IRREGULAR.items()}
_IRREGULAR |= {stem: stem for stem in _IRREGULAR.values()}


def is_stop_word(word: str) -> bool:
    return fold(word) in FOLDED_STOP_WORDS


@lru_cache(maxsize=50_000)
def terms(word: str) -> tuple[str, ...]:
    """The terms a word is found by: its stem first, then the stem of the verb it may come from.

    "umgezogen", "umziehen", "zieht" and "Umzug" have a term in common with one another or with the
    particle that stands beside them. A stop word has terms like any other word.
    """
    found = {stem(word): None}
    for base in _bases(unicodedata.normalize("NFC", word).lower()):
        found[base] = None
    return tuple(found)


def stem(word: str) -> str:
    """The stem after Snowball's rules for German, folded."""
    try:
        stemmer = _stemmers.german
    except AttributeError:
        # not safe to share between threads
        stemmer = _stemmers.german = Stemmer.Stemmer("german")
    return fold(stemmer.stemWord(unicodedata.normalize("NFC", word).lower()))


def _bases(word: str):
    """Stems of the verbs that a word may be a form of, each with its particle or prefix."""
    if match := _GE_PARTICIPLE.fullmatch(word):
        particle, core = match.groups(default="")
        yield fold(particle) + _present(core)
    elif match := _PREFIXED_PARTICIPLE.fullmatch(word):
        yield _prefixed(match[1])
    elif match := _NOUN_OF_VERB.fullmatch(word):
        yield fold(match[1])
    if match := _WITH_PARTICLE.fullmatch(word):
        particle, core = match.groups()
        for form in {core, *_without_ending(core)}:
            if fold(form) in _IRREGULAR:
                yield fold(particle) + _present(form)
    for form in {word, *_without_ending(word)}:
        if fold(form) in _IRREGULAR:
            yield _present(form)
        elif (prefixed := _prefixed(form)) != fold(form):
            yield prefixed


def _without_ending(word: str):
    if match := _INFINITIVE.fullmatch(word):
        yield match[1]


def _present(core: str) -> str:
    core = fold(core)
    return _IRREGULAR.get(core, core)


def _prefixed(word: str) -> str:
    """The stem of a verb with an inseparable prefix: "verlor" gives "verlier"."""
    folded = fold(word)
    if folded in _IRREGULAR:
        return _IRREGULAR[folded]
    for prefix in PREFIXES:
        if folded.startswith(prefix) and folded[len(prefix) :] in _IRREGULAR:
            return prefix + _IRREGULAR[folded[len(prefix) :]]
    return folded
