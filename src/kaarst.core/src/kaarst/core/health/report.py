"""Puts the health of all parts together."""

from collections.abc import Iterable
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from zope.component import getUtilitiesFor

import logging
import time


logger = logging.getLogger(__name__)

ORDER = ("ok", "warning", "error")


def report(site, details: bool, only: Iterable[str] | None = None) -> tuple[int, dict]:
    """Returns 200 or 503 and `{"state", "checks": [{"name", "state"}]}`.

    `details` adds to each part its message and how many milliseconds asking it took.
    503 as soon as one part is in state "error"; a warning is for operators, not for the load
    balancer. `only`: names of the parts to ask.
    """
    checks = []
    for name, check in sorted(getUtilitiesFor(IHealthCheck)):
        if only is not None and name not in only:
            continue
        started = time.perf_counter()
        found = asked(name, check, site)
        entry = {"name": name, "state": found.state}
        if details:
            entry["message"] = found.message
            entry["milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
        checks.append(entry)
    state = max((entry["state"] for entry in checks), key=ORDER.index, default="ok")
    return (503 if state == "error" else 200), {"state": state, "checks": checks}


def asked(name: str, check, site) -> Health:
    """Returns what the check says; one that breaks is an error of its part."""
    try:
        found = check.check(site)
        ORDER.index(found.state)
        return found
    except Exception as error:
        logger.exception("The health check %s failed.", name)
        return Health("error", f"{type(error).__name__}: {error}")
