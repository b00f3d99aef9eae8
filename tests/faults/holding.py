"""Keeps an answer back when the database has it already, so that its process can be killed just then.

A filter of the WSGI pipeline of a city's web processes. Zope has committed when it gives its answer
to the server; whoever dies here leaves a record of which the client knows nothing.
"""

from pathlib import Path
from tests.faults.city import City

import contextlib
import os
import time


SECTION = """\
[filter:holding]
paste.filter_factory = tests.faults.holding:made
"""
#: Where it is said that the next answer 201 is to be kept; the process that does adds its id.
FLAG = "hold-answer"
ROOT = Path(__file__).resolve().parents[2]
#: So many seconds, if nobody kills the process.
LONGEST = 60


class Holding:
    """WSGI middleware. `home`: the city's folder."""

    def __init__(self, application, home):
        self.application, self.home = application, Path(home)

    def __call__(self, environ, start_response):
        statuses = []

        def start(status, headers, exc_info=None):
            statuses.append(status)
            return start_response(status, headers, exc_info)

        answer = self.application(environ, start)
        if statuses and statuses[-1].startswith("201") and self._claimed():
            time.sleep(LONGEST)
        return answer

    def _claimed(self):
        """Whether it is this process that keeps its answer: one of them, once."""
        with contextlib.suppress(FileNotFoundError):
            os.rename(self.home / FLAG, self.home / f"{FLAG}.{os.getpid()}")
            return True
        return False


def made(global_config):
    """Paste's filter factory."""
    return lambda application: Holding(application, os.environ["KAARST_VAR"])


class HeldCity(City):
    """A city whose web processes keep an answer back when they are asked to."""

    filters = ("holding", *City.filters)
    sections = SECTION

    def __init__(self, home, *, environment=None, **options):
        # The filter is imported by a program that begins elsewhere.
        environment = {"PYTHONPATH": str(ROOT), **(environment or {})}
        super().__init__(home, environment=environment, **options)


def ask(city):
    """From now on the next 201 of whichever process is kept back."""
    for past in city.home.glob(f"{FLAG}*"):
        past.unlink()
    (city.home / FLAG).touch()


def holder(city, patience=60):
    """Waits until a process keeps an answer back, and returns this tests.faults.city.Web."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for path in city.home.glob(f"{FLAG}.*"):
            pid = int(path.suffix[1:])
            return next(web for web in city.webs if web.process.pid == pid)
        time.sleep(0.005)
    raise RuntimeError("no answer was kept back")
