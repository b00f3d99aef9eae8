"""Challenges and proofs. Without a site."""

from altcha import v1
from base64 import b64decode
from base64 import b64encode
from datetime import timedelta
from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.proof import challenge
from kaarst.core.proof.challenge import NotProven

import json
import pytest
import time_machine


KEY = b"k" * 32
NOW = "2026-03-29T00:59:50+00:00"


def solve(made):
    """What ALTCHA's clients send for a challenge."""
    found = v1.solve_challenge(
        made["challenge"], made["salt"], made["algorithm"], made["maxnumber"]
    )
    given = {name: made[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return encoded({**given, "number": found.number})


def encoded(data):
    return b64encode(json.dumps(data).encode()).decode()


@pytest.fixture(scope="module")
def made():
    with time_machine.travel(NOW, tick=False):
        return challenge.make(KEY, "form:/a")


@pytest.fixture(scope="module")
def proof(made):
    return solve(made)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def reason(call, *arguments):
    with pytest.raises(NotProven) as refused:
        call(*arguments)
    return refused.value.reason


def test_who_has_calculated_is_let_in(made, proof):
    assert challenge.solved(KEY, "form:/a", proof) == made["challenge"]


def test_a_proof_is_for_its_purpose_and_its_town(proof):
    assert reason(challenge.solved, KEY, "form:/b", proof) == "wrong"
    assert reason(challenge.solved, b"x" * 32, "form:/a", proof) == "wrong"


def test_a_proof_is_good_for_two_hours(proof, now):
    now.shift(challenge.LIFETIME)
    challenge.solved(KEY, "form:/a", proof)
    now.shift(2)
    assert reason(challenge.solved, KEY, "form:/a", proof) == "wrong"


def test_its_end_cannot_be_moved(made, proof, now):
    now.shift(challenge.LIFETIME + timedelta(minutes=1))
    data = json.loads(b64decode(proof))
    for salt in (
        made["salt"].replace("expires=", "expires=9"),
        made["salt"] + "expires=9999999999&",
    ):
        assert reason(challenge.solved, KEY, "form:/a", encoded({**data, "salt": salt})) == "wrong"


def test_another_number_is_none(proof):
    data = json.loads(b64decode(proof))
    for number in (data["number"] + 1, str(data["number"]), True, None, 1e3, [1]):
        wrong = encoded({**data, "number": number})
        assert reason(challenge.solved, KEY, "form:/a", wrong) == "wrong"
    assert (
        reason(challenge.solved, KEY, "form:/a", encoded({**data, "algorithm": "SHA-1"})) == "wrong"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
)
NAMES = st.sampled_from(["algorithm", "challenge", "number", "salt", "signature", "x"])


@given(st.text() | JSON.map(encoded) | st.dictionaries(NAMES, JSON).map(encoded))
def test_rubbish_is_refused_and_never_an_error(payload):
    for call in (challenge.solved, challenge.waited):
        with pytest.raises(NotProven):
            call(KEY, "form:/a", payload)


def test_who_waits_is_let_in_after_half_a_minute(made, now):
    with pytest.raises(NotProven) as refused:
        challenge.waited(KEY, "form:/a", made["wait"])
    assert (refused.value.reason, refused.value.seconds) == ("too_soon", 31)
    now.shift(29)
    assert reason(challenge.waited, KEY, "form:/a", made["wait"]) == "too_soon"
    now.shift(1)
    assert challenge.waited(KEY, "form:/a", made["wait"])
    now.shift(challenge.LIFETIME)
    assert reason(challenge.waited, KEY, "form:/a", made["wait"]) == "wrong"


def test_a_token_for_waiting_cannot_be_made_or_lent(made, now):
    now.shift(60)
    issued, nonce, signature = made["wait"].split(".")
    for token in (
        f"{int(issued) - 100}.{nonce}.{signature}",
        f"{issued}.{nonce[:-1]}.{signature}",
        f"{issued}.{nonce}.",
        f"{issued}.{nonce}.ä",
        "9" * 40 + f".{nonce}.{signature}",
        "",
    ):
        assert reason(challenge.waited, KEY, "form:/a", token) == "wrong"
    assert reason(challenge.waited, KEY, "form:/b", made["wait"]) == "wrong"
    assert reason(challenge.waited, b"x" * 32, "form:/a", made["wait"]) == "wrong"
