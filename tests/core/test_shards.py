"""A mapping that many write to at once."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from kaarst.core.shards import Shards
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import pytest
import transaction


KEYS = st.text(min_size=1, max_size=3)


class LikeADict(RuleBasedStateMachine):
    """Whatever is done, it holds what a dict would hold."""

    def __init__(self):
        super().__init__()
        self.shards, self.model = Shards(3), {}

    @rule(key=KEYS, value=st.integers())
    def set(self, key, value):
        self.shards[key] = self.model[key] = value

    @rule(key=KEYS, value=st.integers())
    def insert(self, key, value):
        if key in self.model:
            with pytest.raises(KeyError):
                self.shards.insert(key, value)
        else:
            self.shards.insert(key, value)
            self.model[key] = value

    @rule(key=KEYS)
    def pop(self, key):
        assert self.shards.pop(key, None) == self.model.pop(key, None)

    @rule(key=KEYS)
    def look(self, key):
        assert self.shards.get(key) == self.model.get(key)
        assert (key in self.shards) == (key in self.model)

    @invariant()
    def same(self):
        assert dict(self.shards.items()) == self.model
        assert len(self.shards) == len(self.model)
        assert sorted(self.shards) == sorted(self.model)


LikeADict.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
TestLikeADict = LikeADict.TestCase


def test_the_empty_key_is_its_own():
    shards = Shards(1)
    assert "" not in shards
    assert shards.get("") is None
    for use in (lambda: shards[""], lambda: shards.pop(""), lambda: shards.insert("", 1)):
        with pytest.raises(KeyError):
            use()


def writers(shards_count, first, second):
    """Two connections that begin together; whether the second commit conflicts."""
    db = DB(DemoStorage())
    managers = [transaction.TransactionManager() for _ in range(2)]
    with db.transaction() as setup:
        setup.root()["shards"] = Shards(shards_count)
    try:
        for manager, change in zip(managers, (first, second), strict=True):
            change(db.open(manager).root()["shards"])
        managers[0].commit()
        try:
            managers[1].commit()
        except ConflictError:
            return True
        return False
    finally:
        for manager in managers:
            manager.abort()
        db.close()


def test_different_keys_in_an_empty_shard_do_not_conflict():
    assert not writers(1, lambda s: s.insert("a", 1), lambda s: s.insert("b", 2))


def test_the_same_key_conflicts():
    assert writers(1, lambda s: s.insert("a", 1), lambda s: s.insert("a", 2))
