"""Whatever is changed in a log is found, and where it begins; no database needed."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.audit import chain
from kaarst.core.audit.chain import BEGINNING
from kaarst.core.audit.chain import Draft
from kaarst.core.audit.chain import Head

import pytest


KEY, OTHER = b"k" * 32, b"o" * 32
words = st.text(st.characters(exclude_characters="\0"), max_size=12)
drafts = st.builds(Draft, words, st.integers(0, 2**53), words, words, words, words, words)


def made(several, head=None, key=KEY):
    entries = []
    head = head or Head(0, BEGINNING)
    for draft in several:
        entries.append(chain.chained(draft, head, key))
        head = Head(entries[-1].sequence, entries[-1].hash)
    return entries


def simple(count):
    return made([Draft("kaarst", 1_000 + n, "read", "anna", "staff", f"VG-{n}", "{}") for n in range(count)])  # fmt: skip


@given(st.lists(drafts, max_size=6))
def test_what_was_written_is_in_order(several):
    entries = made(several)
    verdict = chain.verify(entries, [], [OTHER, KEY])
    head = Head(entries[-1].sequence, entries[-1].hash) if entries else Head(0, BEGINNING)
    assert verdict == (
        None,
        f"{len(entries)} entries are as they were written.",
        len(entries),
        head,
    )


@given(st.lists(drafts, min_size=1, max_size=5), st.data())
def test_one_changed_byte_of_any_column_of_any_row_is_found(several, data):
    entries = made(several)
    row = data.draw(st.integers(0, len(entries) - 1))
    column = data.draw(st.sampled_from(entries[0]._fields))
    value = getattr(entries[row], column)
    if isinstance(value, int):
        changed = value ^ (1 << data.draw(st.integers(0, 60)))
    else:
        content = value.encode("utf-8", "surrogatepass")
        place = data.draw(st.integers(0, len(content)))
        byte = data.draw(st.binary(min_size=1, max_size=1))
        there = content[place : place + 1]
        changed = content[:place] + byte + content[place + (byte != there) :]
        changed = changed.decode("utf-8", "surrogateescape")
    entries[row] = entries[row]._replace(**{column: changed})
    verdict = chain.verify(entries, [], [KEY])
    assert verdict.bad is not None and verdict.bad <= row + 1 and verdict.count <= row


@given(st.lists(drafts, min_size=2, max_size=6), st.data())
def test_removed_swapped_and_inserted_rows_are_found(several, data):
    entries = made(several)
    some = st.integers(0, len(entries) - 1)
    first, second = data.draw(some), data.draw(some)
    fewer = entries[:first] + entries[first + 1 :]
    # The last one gone looks like a shorter log, unless its head was noted.
    expected = Head(entries[-1].sequence, entries[-1].hash)
    assert chain.verify(fewer, [], [KEY], expected).bad == first + 1
    twice = entries[:first] + [entries[second]] + entries[first:]
    assert chain.verify(twice, [], [KEY]).bad == first + 1 + (first == second)
    if entries[first] != entries[second]:
        swapped = list(entries)
        swapped[first], swapped[second] = entries[second], entries[first]
        assert chain.verify(swapped, [], [KEY]).bad == min(first, second) + 1


def test_a_row_sealed_with_a_foreign_key_or_chained_anew_is_found():
    entries = simple(4)
    forged = chain.chained(
        Draft(*entries[2][1:8])._replace(subject="VG-9"), Head(2, entries[1].hash), OTHER
    )
    verdict = chain.verify([*entries[:2], forged, entries[3]], [], [KEY])
    assert (verdict.bad, verdict.said) == (3, "Entry 3 is not what was written.")
    # Genuine, but of another log: sealed with the right key after another entry.
    other = made([Draft("kaarst", 5, "read", "", "staff", "", "{}")] * 4)
    verdict = chain.verify([*entries[:2], other[2]], [], [KEY])
    assert (verdict.bad, verdict.said) == (3, "Entry 3 does not follow the one before it.")


@pytest.mark.parametrize("value", [b"anna", None, 1.0, 7, True])
def test_a_value_of_another_type_is_found(value):
    entries = simple(2)
    for column in ("actor", "at"):
        if type(value) is type(getattr(entries[1], column)):
            continue
        changed = entries[1]._replace(**{column: value})
        assert chain.verify([entries[0], changed], [], [KEY]).bad == 2
    assert chain.verify([entries[0]._replace(sequence=value)], [], [KEY]).bad == 1


def test_a_checkpoint_stands_for_what_is_gone_and_for_nothing_else():
    entries = simple(5)
    line = chain.checkpoint(Head(2, entries[1].hash), 9_000, KEY)
    rest = entries[2:]
    assert chain.verify(rest, [line], [KEY]).bad is None
    assert chain.verify(rest, [], [KEY]).bad == 1
    assert chain.verify(rest[1:], [line], [KEY]).bad == 3
    # Nobody without the key can say that more has gone.
    false = chain.checkpoint(Head(3, entries[2].hash), 9_000, OTHER)
    assert chain.verify(rest[1:], [line, false], [KEY]).bad == 3
    for changed in (
        line._replace(at=9_001),
        line._replace(sequence=1),
        line._replace(hash="0" * 64),
    ):
        assert chain.verify(rest, [changed], [KEY]).bad is not None


def test_a_noted_head_tells_when_the_end_was_cut_off_or_written_anew():
    entries = simple(5)
    noted = Head(4, entries[3].hash)
    assert chain.verify(entries, [], [KEY], noted).bad is None
    assert chain.verify(entries[:3], [], [KEY]).bad is None
    verdict = chain.verify(entries[:3], [], [KEY], noted)
    assert (verdict.bad, verdict.said) == (4, "The end is missing: entries from 4 on were removed.")
    assert chain.verify(entries, [], [KEY], Head(4, "0" * 64)).bad == 4
    gone = chain.checkpoint(noted, 9_000, KEY)
    assert chain.verify(entries[4:], [gone], [KEY], noted).bad is None
    assert chain.verify(entries[4:], [gone], [KEY], Head(4, "0" * 64)).bad == 4


def test_details_are_written_in_one_way_only():
    assert chain.written({"b": [1, "ä"], "a": None}) == '{"a":null,"b":[1,"\\u00e4"]}'
    with pytest.raises(ValueError):
        chain.written({"text": "x" * 4_000})
    with pytest.raises(ValueError):
        chain.written({"number": float("nan")})
    with pytest.raises(TypeError):
        chain.written({"what": object()})
