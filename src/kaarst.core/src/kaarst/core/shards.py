"""A mapping that many write to at once: a store spread over several BTrees.

ZODB merges simultaneous changes of one BTree bucket as long as they concern different keys and
the bucket neither splits nor was empty. So each tree holds an entry that is never removed, and
there are many of them: what is left of conflicts is one in some hundred and is repeated by the
publisher. Two that write the same key do conflict; that is the lock.
"""

from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from hashlib import blake2b
from persistent import Persistent
from typing import Any


# Sorts before every other key and keeps each tree from ever being empty.
KEEPER = ""


class Shards(Persistent):
    """Maps texts that are not empty to values that can be stored in the ZODB."""

    def __init__(self, count: int = 64):
        self.trees = tuple(OOBTree({KEEPER: None}) for _ in range(count))

    def _tree(self, key: str) -> OOBTree:
        if not key:
            raise KeyError(key)
        digest = blake2b(key.encode("utf-8"), digest_size=8).digest()
        return self.trees[int.from_bytes(digest, "big") % len(self.trees)]

    def insert(self, key: str, value: Any) -> None:
        """Stores a value under a new key. Raises KeyError when the key is taken."""
        if not self._tree(key).insert(key, value):
            raise KeyError(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._tree(key)[key] = value

    def __getitem__(self, key: str) -> Any:
        return self._tree(key)[key]

    def __delitem__(self, key: str) -> None:
        del self._tree(key)[key]

    def __contains__(self, key: str) -> bool:
        return bool(key) and key in self._tree(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value, or `default`."""
        return self._tree(key).get(key, default) if key else default

    def pop(self, key: str, *default: Any) -> Any:
        """Removes a key and returns its value, or `default`; without one raises KeyError."""
        return self._tree(key).pop(key, *default)

    def items(self) -> Iterator[tuple[str, Any]]:
        """All entries, shard by shard, in no meaningful order."""
        for tree in self.trees:
            for key, value in tree.items():
                if key != KEEPER:
                    yield key, value

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.items())

    def values(self) -> Iterator[Any]:
        """All values, in the order of `items`."""
        return (value for _, value in self.items())

    def __len__(self) -> int:
        return sum(len(tree) - 1 for tree in self.trees)

    def __bool__(self) -> bool:
        return True
