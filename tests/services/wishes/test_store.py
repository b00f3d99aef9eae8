"""Votes: one for each voter, none lost when many vote at once. No site."""

from datetime import date
from kaarst.services.wishes.ranking import IDEA
from kaarst.services.wishes.ranking import IN_WORK
from kaarst.services.wishes.ranking import ONLINE
from kaarst.services.wishes.ranking import online
from kaarst.services.wishes.ranking import PROPOSED
from kaarst.services.wishes.ranking import ranked
from kaarst.services.wishes.ranking import Wish
from kaarst.services.wishes.store import AlreadyVoted
from kaarst.services.wishes.store import CITIZENS
from kaarst.services.wishes.store import STAFF
from kaarst.services.wishes.store import Wishes
from threading import Barrier
from threading import Thread
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import pytest
import transaction


def test_the_order_of_the_list():
    listed = ranked(
        [
            Wish("1", IDEA, "b", staff=1),
            Wish("2", IDEA, "A", citizens=1),
            Wish("3", IDEA, "x", state=ONLINE, citizens=9),
            Wish("4", IDEA, "y", state=IN_WORK, citizens=2, staff=1),
        ]
    )
    assert [wish.id for wish in listed] == ["4", "2", "1", "3"]
    assert online(True, PROPOSED) == ONLINE and online(False, IN_WORK) == IN_WORK


def test_one_vote_a_voter_and_wish_until_it_is_withdrawn():
    wishes = Wishes()
    anna, staff = wishes.by_token("a" * 32), wishes.by_account("anna")
    wishes.vote("w", anna, CITIZENS)
    with pytest.raises(AlreadyVoted):
        wishes.vote("w", anna, CITIZENS)
    wishes.vote("v", anna, CITIZENS)
    wishes.vote("w", staff, STAFF)
    assert wishes.sums() == {"w": {STAFF: 1, CITIZENS: 1}, "v": {STAFF: 0, CITIZENS: 1}}
    assert wishes.withdraw("w", anna) and not wishes.withdraw("w", anna)
    assert wishes.sums()["w"] == {STAFF: 1, CITIZENS: 0}
    assert [wish for wish, _day in wishes.voted(anna)] == ["v"]
    assert "anna" not in str(list(wishes.votes)) and "a" * 32 not in str(list(wishes.votes))


def test_who_voted_is_forgotten_after_a_year_and_the_count_is_not():
    wishes = Wishes()
    wishes.vote("w", "old", CITIZENS, date(2025, 1, 1))
    wishes.vote("w", "new", CITIZENS, date(2025, 1, 2))
    assert wishes.forget(date(2026, 1, 2)) == 1
    assert not wishes.has_voted("w", "old") and wishes.has_voted("w", "new")
    assert wishes.sums()["w"][CITIZENS] == 2


def test_what_the_town_says():
    wishes = Wishes()
    idea = wishes.propose("Grillplatz", "Reservieren")
    wishes.vote(idea, "x", CITIZENS)
    wishes.say(idea, IN_WORK, "Im März")
    assert (wishes.said[idea].state, wishes.said[idea].note) == (IN_WORK, "Im März")
    with pytest.raises(ValueError):
        wishes.say(idea, "soon", "")
    wishes.remove(idea)
    assert not wishes.sums() and not list(wishes.votes) and not wishes.said


def test_sixteen_voters_at_once_lose_no_vote():
    """Each votes for ten wishes, the same for all; two of them are the same voter."""
    db, barrier, refused, tries = DB(DemoStorage()), Barrier(16), [], []
    with db.transaction() as connection:
        connection.root()["wishes"] = Wishes()

    def voter(name):
        manager = transaction.TransactionManager()
        connection = db.open(manager)
        barrier.wait()
        for wish in range(10):
            while True:
                manager.begin()
                tries.append(1)
                try:
                    connection.root()["wishes"].vote(f"w{wish}", name, CITIZENS)
                    manager.commit()
                except ConflictError:
                    manager.abort()
                    continue
                except AlreadyVoted:
                    manager.abort()
                    refused.append(name)
                break
        connection.close()

    threads = [Thread(target=voter, args=(f"v{number % 15}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    try:
        with db.transaction() as connection:
            sums = connection.root()["wishes"].sums()
    finally:
        db.close()
    assert [sums[f"w{wish}"][CITIZENS] for wish in range(10)] == [15] * 10
    assert refused == ["v0"] * 10
