"""The worker as it runs in a city: another process beside a database server, that may be killed."""

from kaarst.core.worker.heartbeat import age
from tests.core.city import City
from tests.core.mailserver import MailServer

import asyncio
import collections
import pytest
import signal
import subprocess
import time


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    with City(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture
def server(city):
    with MailServer(city.mail_port) as running:
        yield running


def end(worker, number=signal.SIGTERM):
    """Ends a worker. Returns the exit code and how long it took."""
    started = time.monotonic()
    worker.send_signal(number)
    worker.told += worker.communicate(timeout=30)[1].splitlines(keepends=True)
    return worker.returncode, time.monotonic() - started


def test_mail_is_sent_soon_and_the_worker_seen_at_work(city, server, monkeypatch):
    worker = city.worker(whole=True)
    city.write("erika@kaarst.example")
    city.wait_until_sent()
    assert [to for to, _ in server.mails] == ["erika@kaarst.example"]
    monkeypatch.setenv("KAARST_VAR", str(city.var))
    monkeypatch.delenv("KAARST_DATABASE")
    assert age("worker") < 10
    code, seconds = end(worker)
    assert (code, seconds < 5) == (0, True)
    assert "The worker has ended." in "".join(worker.told)


def test_killed_while_mail_leaves_it_is_sent_twice_at_most_and_never_lost(city, server):
    """The server has taken the sixth mail and the worker is dead before it hears of it."""
    recipients = [f"erika{number}@kaarst.example" for number in range(12)]
    take = server.handle_DATA

    async def take_and_kill(*arguments):
        answer = await take(*arguments)
        if len(server.mails) == 6:
            victim.kill()
        return answer

    city.write(*recipients)
    server.handle_DATA = take_and_kill
    victim = city.worker()
    victim.wait(60)
    assert victim.returncode == -signal.SIGKILL
    assert len(server.mails) == 6
    city.worker()
    city.wait_until_sent()
    end(city.workers[-1])
    arrived = collections.defaultdict(list)
    for to, mail in server.mails:
        arrived[to].append(mail["Message-ID"])
    assert set(arrived) == set(recipients)
    assert sorted(len(ids) for ids in arrived.values()) == [1] * 11 + [2]
    assert all(len(set(ids)) == 1 for ids in arrived.values())


def test_a_job_that_hangs_does_not_keep_the_worker(city, server):
    """The mail server takes half a minute to answer; the letter is there for the next worker."""
    hanging = asyncio.Event()
    take = server.handle_DATA

    async def hang(*arguments):
        hanging.set()
        await asyncio.sleep(30)

    server.handle_DATA = hang
    worker = city.worker()
    city.write("erika@kaarst.example")
    while not hanging.is_set():
        time.sleep(0.1)
    code, seconds = end(worker)
    assert (code, seconds < 5) == (0, True)
    server.handle_DATA = take
    city.worker()
    city.wait_until_sent()
    end(city.workers[-1])
    assert len(server.mails) == 1


def test_of_two_workers_one_works(city, server):
    """The second one waits and takes over as soon as the first has ended."""
    first, second = city.worker(), city.start()
    for line in second.stderr:
        if "Another worker is at work" in line:
            break
    assert end(first, signal.SIGINT)[0] == 0
    city.write("erika@kaarst.example")
    city.wait_until_sent()
    assert len(server.mails) == 1
    assert end(second)[0] == 0


def test_once_does_everything_and_ends(city, server):
    city.write("erika@kaarst.example")
    worker = city.worker("--once")
    assert worker.wait(30) == 0
    worker.stderr.close()
    assert len(server.mails) == 1


def test_a_job_that_is_not_there_is_said_with_those_that_are(city, server):
    unknown = city.start("--once", "--only", "kaarst.core.nonsense")
    said = unknown.stderr.read()
    assert unknown.wait(30) == 2
    assert "There is no job kaarst.core.nonsense" in said and "kaarst.core.mail" in said


def test_a_configuration_that_is_missing_is_said_in_a_sentence(city, tmp_path):
    command = [city.workers[0].args[0], "--config", tmp_path / "zope.conf"]
    done = subprocess.run(command, env=city.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "Zope does not start with" in done.stderr
    assert "Traceback" not in done.stderr
