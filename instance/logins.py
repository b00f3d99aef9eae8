"""An OpenID Connect provider for the demo city, on loopback; one of the processes of run.py.

It stands for the broker before the BundID and for the town's own provider of staff: two issuers on
two ports. Whoever can open its page can be anybody there, so it must never serve a real town.
"""

from contextlib import ExitStack
from kaarst.policy.demo import logins
from oidc_provider_mock import run_server_in_thread
from oidc_provider_mock import User

import argparse
import os
import signal
import threading


def served(port: int, people: dict):
    """A context in which a provider listens on localhost, with these people to choose from."""
    return run_server_in_thread(
        port=port,
        require_nonce=True,
        user_claims=[User(sub=name, claims=claims) for name, claims in people.items()],
    )


def main(arguments=None):
    """Serves both until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundid-port", type=int, default=_port("BUNDID_PORT", 8100))
    parser.add_argument("--staff-port", type=int, default=_port("STAFF_PORT", 8101))
    chosen = parser.parse_args(arguments)
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_event: over.set())
    with ExitStack() as stack:
        stack.enter_context(served(chosen.bundid_port, logins.CITIZENS))
        stack.enter_context(served(chosen.staff_port, logins.STAFF))
        over.wait()


def _port(variable: str, default: int) -> int:
    return int(os.environ.get(variable) or default)


if __name__ == "__main__":
    main()
