"""`kaarst-audit verify|search|head`: the audit log without Zope.

Needs to read the log (`KAARST_AUDIT_URL`, `KAARST_DATABASE` or `KAARST_VAR`, as the processes of the
city have it) and, to verify it, the key file. It writes nothing and makes nothing.
"""

from datetime import datetime
from datetime import UTC
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Head
from kaarst.core.audit.log import address
from kaarst.core.audit.log import Log
from kaarst.core.audit.search import found
from kaarst.core.audit.search import Wanted
from kaarst.core.sealing import NotOpened
from sqlalchemy.exc import SQLAlchemyError
from zoneinfo import ZoneInfo

import argparse
import json
import os
import sys


IN_ORDER, CHANGED, UNREADABLE = 0, 1, 2
BERLIN = ZoneInfo("Europe/Berlin")


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kaarst-audit",
        description="Verifies and searches the audit log.",
        epilog="Ends with 0 if all is in order, 1 if something was changed, 2 if it cannot be read.",
    )
    parser.add_argument("--var", help="the instance's var directory, instead of KAARST_VAR")
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify", help="read all of it and say whether it was changed")
    verifying.add_argument(
        "--expect",
        type=_head,
        metavar="SEQUENCE:HASH",
        help="a head that was noted before and must still be there",
    )
    commands.add_parser("head", help="print the last entry as SEQUENCE:HASH, to be noted elsewhere")
    searching = commands.add_parser(
        "search", help="print entries as JSON, one a line, newest first"
    )
    searching.add_argument("--from", dest="first", type=_moment, help="ISO 8601, Berlin time")
    searching.add_argument("--until", type=_moment, help="ISO 8601, Berlin time, not included")
    searching.add_argument("--kind", choices=kinds.KINDS)
    searching.add_argument("--actor")
    searching.add_argument("--subject")
    searching.add_argument("--town")
    searching.add_argument("--limit", type=int, default=1000)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Returns the exit code: 0, 1 for a log that was changed, 2 for one that cannot be read."""
    options = arguments(argv)
    if options.var:
        os.environ["KAARST_VAR"] = options.var
    try:
        log = _existing()
        return {"verify": verify, "head": head, "search": search}[options.command](log, options)
    except SQLAlchemyError as error:
        # A damaged file is a changed one; the error's first line holds no values.
        said = str(getattr(error, "orig", None) or type(error).__name__)
        _say(f"The audit log cannot be read: {said}", sys.stderr)
        return CHANGED if "malformed" in said or "not a database" in said else UNREADABLE
    except (NotOpened, OSError, RuntimeError, ValueError) as error:
        _say(f"The audit log cannot be read: {error}", sys.stderr)
        return UNREADABLE


def verify(log: Log, options: argparse.Namespace) -> int:
    """Prints a sentence: how many entries are in order, or what is wrong from where on."""
    verdict = log.verify(options.expect)
    if verdict.bad is None:
        _say(f"{verdict.said} The last one is {verdict.head.sequence}:{verdict.head.hash}")
        return IN_ORDER
    _say(f"{verdict.said} {verdict.count} entries before it are in order.")
    return CHANGED


def head(log: Log, options: argparse.Namespace) -> int:
    with log.reading() as connection:
        last = log.head(connection)
    _say(f"{last.sequence}:{last.hash}")
    return IN_ORDER


def search(log: Log, options: argparse.Namespace) -> int:
    wanted = Wanted(
        options.first, options.until, options.kind, options.actor, options.subject, options.town
    )
    with log.reading() as connection:
        for one in found(connection, wanted, options.limit):
            line = one._asdict()
            line["at"] = datetime.fromtimestamp(one.at / 1000, UTC).isoformat(
                timespec="milliseconds"
            )
            line["detail"] = json.loads(one.detail)
            _say(json.dumps(line))
    return IN_ORDER


def _say(text: str, where=None) -> None:
    (where or sys.stdout).write(f"{text}\n")


def _existing() -> Log:
    where = address()
    if where.get_backend_name() == "sqlite" and not os.path.exists(where.database):
        raise OSError(f"there is none at {where.database}")
    return Log(where)


def _head(text: str) -> Head:
    sequence, _colon, digest = text.partition(":")
    if len(digest) != 64 or not sequence.isdecimal():
        raise argparse.ArgumentTypeError("SEQUENCE:HASH, as `kaarst-audit head` prints it")
    return Head(int(sequence), digest)


def _moment(text: str) -> int:
    """UTC milliseconds of a moment, in Berlin if it does not say where."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a moment as 2026-01-31 or 2026-01-31T08:00") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)
    return int(moment.timestamp() * 1000)


if __name__ == "__main__":
    sys.exit(main())
