"""Why a document was found: a piece of its text with the words of the query marked."""

from collections.abc import Collection
from dataclasses import dataclass
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.search.words import is_stop_word
from kaarst.services.catalogue.search.words import terms
from kaarst.services.catalogue.search.words import words


LENGTH = 160


@dataclass(frozen=True)
class Piece:
    """A piece of a snippet; `marked` where it is a word that was looked for."""

    text: str
    marked: bool


def mark(text: str, looked_for: Collection[str], compounds=None) -> list[Piece]:
    """The whole text in pieces. Joined again they give the text unchanged.

    `looked_for`: terms. `compounds`: a `Compounds`, to mark words of which only a part was found.
    """
    pieces: list[Piece] = []
    done = 0
    for word in words(text):
        if is_stop_word(word.text) or not _is_meant(word.text, looked_for, compounds):
            continue
        if word.start > done:
            pieces.append(Piece(text[done : word.start], False))
        pieces.append(Piece(text[word.start : word.end], True))
        done = word.end
    if done < len(text):
        pieces.append(Piece(text[done:], False))
    return pieces


def snippet(text: str, looked_for: Collection[str], compounds=None) -> list[Piece]:
    """About 160 signs of the text around the words that were looked for; [] if none is in it."""
    pieces = mark(" ".join(text.split()), looked_for, compounds)
    first = next((place for place, piece in enumerate(pieces) if piece.marked), None)
    if first is None:
        return []
    before = pieces[first - 1].text if first else ""
    cut: list[Piece] = []
    if before:
        cut.append(Piece(_end_of(before, LENGTH // 3), False))
    length = len(cut[0].text) if cut else 0
    for piece in pieces[first:]:
        if length + len(piece.text) > LENGTH:
            if not piece.marked:
                cut.append(Piece(_start_of(piece.text, LENGTH - length), False))
            break
        cut.append(piece)
        length += len(piece.text)
    return cut


def _is_meant(word: str, looked_for: Collection[str], compounds) -> bool:
    if any(term in looked_for for term in terms(word)):
        return True
    parts = compounds.split(fold(word)) if compounds else ()
    return any(term in looked_for for part, _weight in parts for term in terms(part))


def _end_of(text: str, length: int) -> str:
    """The end of a text, from the last beginning of a sentence in it or from a whole word."""
    tail = text[-length:]
    for sign in (". ", "? ", "! "):
        if sign in tail:
            return tail.rpartition(sign)[2]
    return tail if len(tail) == len(text) else "… " + tail.partition(" ")[2]


def _start_of(text: str, length: int) -> str:
    """The start of a text up to a whole word."""
    return text if len(text) <= length else text[: max(0, length)].rpartition(" ")[0] + " …"
