"""Mail of a site: written down with the record, sent after it, over a real mail server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from email import message_from_bytes
from email.policy import default
from kaarst.core.interfaces import ILetterWriter
from kaarst.core.outbox import enqueue
from kaarst.core.outbox import enqueue_draft
from kaarst.core.outbox import erase
from kaarst.core.outbox import InvalidMail
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.outbox.delivery import SendMail
from kaarst.core.outbox.health import MailHealth
from kaarst.core.outbox.personal import Letters
from kaarst.core.worker.stopping import stopping
from plone import api
from tests.core.mailserver import MailServer
from tests.core.mailserver import refuse_login
from ZODB.POSException import ConflictError
from zope.component import getGlobalSiteManager
from zope.component.hooks import setSite
from zope.interface import implementer

import datetime
import pytest
import time
import time_machine
import transaction


ERIKA = "erika@kaarst.example"


@pytest.fixture
def site(functional_portal, monkeypatch):
    """A site with a sender address."""
    monkeypatch.delenv("KAARST_MAIL_DIRECTORY", raising=False)
    api.portal.set_registry_record("plone.email_from_address", "rathaus@kaarst.example")
    api.portal.set_registry_record("plone.email_from_name", "Stadt Kaarst")
    transaction.commit()
    return functional_portal


@pytest.fixture
def server(site):
    """A mail server that the site's settings name."""
    with MailServer() as running:
        use(running)
        yield running


def use(server):
    api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
    api.portal.set_registry_record("plone.smtp_port", server.port)
    transaction.commit()


def write(site, to=ERIKA, subject="Ihre Anmeldung", text="Guten Tag", **more):
    id = enqueue(site, to, subject, text, **more)
    transaction.commit()
    return id


def test_a_mail_is_sent_and_gone(site, server):
    id = write(site)
    message_id = outbox(site).queued[id].message_id
    SendMail().run(site)
    ((to, mail),) = server.mails
    assert to == ERIKA
    assert mail["From"] == "Stadt Kaarst <rathaus@kaarst.example>"
    assert mail["Message-ID"] == message_id
    assert mail.get_content().strip() == "Guten Tag"
    transaction.begin()
    assert outbox(site).letters() == []


@implementer(ILetterWriter)
class Greeting:
    """A letter that is written when it is sent."""

    def write(self, words):
        return f"Guten Tag {words['name']}", [("a.txt", "text/plain", b"Anlage")]


def test_a_draft_is_written_when_it_is_sent(site, server):
    id = enqueue_draft(site, ERIKA, "Ihre Anmeldung", "greeting", {"name": "Erika"})
    transaction.commit()
    message_id = outbox(site).queued[id].message_id
    SendMail().run(site)
    transaction.begin()
    # Nobody could write it: operators see it, and nothing else waits for it.
    failed = outbox(site).failed[id]
    assert server.mails == [] and "greeting" in failed.last_error
    getGlobalSiteManager().registerUtility(Greeting(), ILetterWriter, name="greeting")
    try:
        assert b"Erika" in mail_of(failed) and Letters().export(site, id)[0]["text"]
        outbox(site).repeat(id)
        transaction.commit()
        SendMail().run(site)
    finally:
        getGlobalSiteManager().unregisterUtility(Greeting(), ILetterWriter, name="greeting")
    ((to, mail),) = server.mails
    assert (to, mail["Message-ID"], mail["Subject"]) == (ERIKA, message_id, "Ihre Anmeldung")
    assert mail.get_body(("plain",)).get_content().strip() == "Guten Tag Erika"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.txt"]
    transaction.begin()
    assert outbox(site).letters() == []


@pytest.mark.parametrize(
    ("to", "subject"), [(f"{ERIKA}\nBcc: a@example.org", "Ihre Anmeldung"), (ERIKA, "Ihre\nBcc: a")]
)
def test_a_draft_that_cannot_be_sent_is_refused_at_once(site, to, subject):
    with pytest.raises(InvalidMail):
        enqueue_draft(site, to, subject, "greeting", {})
    assert outbox(site).letters() == []


def test_no_record_no_letter(site, server):
    enqueue(site, ERIKA, "Ihre Anmeldung", "Guten Tag")
    transaction.abort()
    SendMail().run(site)
    assert server.mails == []


def test_a_wrong_address_is_said_to_whoever_writes(site):
    with pytest.raises(InvalidMail):
        enqueue(site, f"{ERIKA}\nBcc: everybody@example.org", "Ihre Anmeldung", "Guten Tag")
    assert outbox(site).letters() == []


def test_what_is_refused_for_good_is_kept_as_failed(site, server):
    id = write(site, "nobody@kaarst.example")
    write(site)
    server.answers["nobody@kaarst.example"] = "550 no such user"
    SendMail().run(site)
    assert [to for to, _ in server.mails] == [ERIKA]
    transaction.begin()
    letter = outbox(site).failed[id]
    assert (letter.state, letter.last_error) == ("failed", "550 no such user")


@pytest.mark.parametrize("when", ["recipient", "content"])
def test_what_has_to_wait_is_tried_again(site, server, when):
    with time_machine.travel(datetime.datetime.now(UTC), tick=False) as clock:
        id = write(site)
        if when == "recipient":
            server.answers[ERIKA] = "451 greylisted"
        else:
            server.data_answer = "452 disk is full"
        SendMail().run(site)
        SendMail().run(site)
        transaction.begin()
        assert outbox(site).queued[id].attempts == 1
        server.answers.clear()
        server.data_answer = "250 OK"
        clock.shift(60)
        SendMail().run(site)
    assert len(server.mails) == 1
    transaction.begin()
    assert outbox(site).letters() == []


def test_a_server_that_is_away_loses_nothing(site):
    away = MailServer()
    use(away)
    for number in range(3):
        write(site, f"erika{number}@kaarst.example")
    SendMail().run(site)
    transaction.begin()
    # The others are not tried in vain.
    assert sorted(letter.attempts for letter in outbox(site).queued.values()) == [0, 0, 1]
    with away as back, time_machine.travel(time.time() + 61):
        SendMail().run(site)
        assert len(back.mails) == 3


def test_a_refused_login_fails_no_mail(site):
    with MailServer(authenticator=refuse_login, auth_require_tls=False) as strict:
        use(strict)
        api.portal.set_registry_record("plone.smtp_userid", "kaarst")
        api.portal.set_registry_record("plone.smtp_pass", "wrong")
        id = write(site)
        SendMail().run(site)
        transaction.begin()
        assert outbox(site).queued[id].last_error.startswith("535")


def test_without_a_transport_nothing_is_counted(site):
    api.portal.get_tool("portal_registry")["plone.email_from_address"] = None
    id = write(site)
    SendMail().run(site)
    assert outbox(site).queued[id].attempts == 0
    assert MailHealth().check(site).state == "error"


def test_the_demo_city_writes_files(site, tmp_path, monkeypatch):
    monkeypatch.setenv("KAARST_MAIL_DIRECTORY", str(tmp_path / "new" / "mail"))
    id = write(site, attachments=[("a.pdf", "application/pdf", b"%PDF")])
    SendMail().run(site)
    (file,) = (tmp_path / "new" / "mail").iterdir()
    assert file.name == f"{id}.eml"
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == ERIKA
    assert next(mail.iter_attachments()).get_content() == b"%PDF"
    transaction.begin()
    assert outbox(site).letters() == []


def test_a_directory_that_cannot_be_written_loses_nothing(site, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KAARST_MAIL_DIRECTORY", str(tmp_path / "file"))
    id = write(site)
    SendMail().run(site)
    transaction.begin()
    assert outbox(site).queued[id].attempts == 1


def test_a_stop_is_heard_between_two_mails(site, server, monkeypatch):
    for number in range(5):
        write(site, f"erika{number}@kaarst.example")
    answer = server.handle_DATA

    async def stop_after_this(*arguments):
        stopping.set()
        return await answer(*arguments)

    server.handle_DATA = stop_after_this
    try:
        SendMail().run(site)
    finally:
        stopping.clear()
    transaction.begin()
    assert (len(server.mails), len(outbox(site).queued)) == (1, 4)


def test_erasing_a_person_takes_their_mail_too(site):
    write(site)
    write(site, "max@kaarst.example")
    assert erase(site, ERIKA) == 1
    assert [letter.to for letter in outbox(site).letters()] == ["max@kaarst.example"]


def test_many_write_at_once_without_waiting_for_one_another(site, functional):
    """Eight threads of twenty letters each: all are there, and hardly any had to be repeated."""
    db = site._p_jar.db()
    path = site.getPhysicalPath()

    def clerk(number):
        manager = transaction.manager.manager
        connection = db.open()
        conflicts = 0
        try:
            app = connection.root()["Application"]
            place = app.unrestrictedTraverse(path)
            setSite(place)
            for turn in range(20):
                while True:
                    manager.begin()
                    enqueue(place, f"e{number}.{turn}@kaarst.example", "Betreff", "Text")
                    try:
                        manager.commit()
                        break
                    except ConflictError:
                        manager.abort()
                        conflicts += 1
        finally:
            setSite(None)
            connection.close()
        return conflicts

    with ThreadPoolExecutor(8) as threads:
        conflicts = sum(threads.map(clerk, range(8)))
    transaction.begin()
    assert len(outbox(site).queued) == 160
    assert len({letter.to for letter in outbox(site).queued.values()}) == 160
    assert conflicts <= 4


def test_health_tells_of_old_and_failed_mail(site, server):
    check = MailHealth()
    assert check.check(site).state == "ok"
    with time_machine.travel(time.time(), tick=False) as clock:
        id = write(site)
        assert check.check(site).state == "ok"
        clock.shift(16 * 60)
        assert check.check(site).state == "warning"
        clock.shift(24 * 3600)
        assert check.check(site).state == "error"
        outbox(site).refuse(id, "550 no such user")
        found = check.check(site)
    assert (found.state, found.message) == ("warning", "0 waiting, 1 failed.")
