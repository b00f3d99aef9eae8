"""`kaarst-create-city`: makes sure that a town exists in the database of a Zope configuration."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import noSecurityManager
from AccessControl.users import system
from collections.abc import Callable

import argparse
import logging
import sys
import time
import transaction


DISTRIBUTION = "kaarst"


def create(app, site_id: str, title: str, demo: bool, say: Callable[[str], None]) -> bool:
    """Creates the town unless there is one under this id; True when it was created.

    `app` is the root of Zope with a request. Commits. Raises ValueError when the answers are not valid or
    something else lies under this id.
    """
    from plone.base.interfaces import IPloneSiteRoot
    from plone.distribution.api import site as sites
    from zope.component.hooks import setSite

    if site_id in app.objectIds():
        if not IPloneSiteRoot.providedBy(app[site_id]):
            raise ValueError(f"/{site_id} is there already and is no town")
        say(f"The town /{site_id} is there already; nothing to do.")
        return False
    kind = "with the demo city" if demo else "empty"
    say(f"Creating the town /{site_id}, {kind} …")
    started = time.monotonic()
    answers = {
        "site_id": site_id,
        "title": title,
        "default_language": "de",
        "portal_timezone": "Europe/Berlin",
        "setup_content": demo,
    }
    try:
        site = sites.create(app, DISTRIBUTION, answers)
        setSite(site)
        count = len(site.portal_catalog)
    finally:
        setSite(None)
    say(f"Created in {time.monotonic() - started:.1f} s: {count} pages and records.")
    if demo:
        from kaarst.policy.demo.accounts import ACCOUNTS
        from kaarst.policy.demo.accounts import PASSWORD

        logins = ", ".join(account.login for account in ACCOUNTS)
        say(f"Demo accounts, password {PASSWORD}: {logins}")
    return True


def _application(configuration: str):
    """The root of Zope with a request, as somebody who may do everything."""
    from Testing.makerequest import makerequest
    from zope.globalrequest import setRequest
    from Zope2.Startup.run import make_wsgi_app

    import Zope2

    make_wsgi_app({}, configuration)
    app = makerequest(Zope2.app())
    app.REQUEST["PARENTS"] = [app]
    setRequest(app.REQUEST)
    newSecurityManager(None, system)
    return app


def _arguments(arguments: list[str] | None):
    parser = argparse.ArgumentParser(prog="kaarst-create-city", description=__doc__)
    parser.add_argument("--config", required=True, help="path of zope.conf")
    parser.add_argument("--site", default="kaarst", help="id of the site (default: kaarst)")
    parser.add_argument("--title", default="Kaarst", help="name of the town (default: Kaarst)")
    parser.add_argument("--demo", action="store_true", help="fill it with the demo city")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Entry point; exit code 0 when the town is there, 1 when it could not be created."""
    options = _arguments(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")

    def say(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    app = _application(options.config)
    try:
        create(app, options.site, options.title, options.demo, say)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        noSecurityManager()
        transaction.abort()
        app._p_jar.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
