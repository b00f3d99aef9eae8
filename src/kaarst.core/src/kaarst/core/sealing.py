"""Secrets the city has to know, such as passwords of other systems, sealed for the database.

Further keys are derived from the same one: for the audit log, and for the PINs of citizens.

The key lies in a file outside of the database (`KAARST_SECRET_KEY_FILE`, by default `secret.key`
in the instance's var directory), so that neither a copy of the database nor its backup can be
read with what lies in it. The file is made when something is sealed for the first time, readable
by its owner only. Each line of it is a key of Fernet (AES-128-CBC with HMAC-SHA256): the first
one seals, all of them open, so that a new key can be put before the old one.
"""

from base64 import urlsafe_b64decode
from cryptography.fernet import Fernet
from cryptography.fernet import InvalidToken
from cryptography.fernet import MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from functools import lru_cache
from kaarst.core import database
from pathlib import Path

import os


VARIABLE = "KAARST_SECRET_KEY_FILE"
NAME = "secret.key"


class NotOpened(Exception):
    """What was sealed cannot be opened: the key is not there, is no key, or is another one."""


def key_file() -> Path:
    """Where the key lies, whether it is there or not."""
    configured = os.environ.get(VARIABLE, "").strip()
    return Path(configured) if configured else database.directory() / NAME


def seal(text: str) -> str:
    """Returns a text that only the key opens; makes the key where there is none.

    Raises NotOpened where the file is there and holds no key.
    """
    path = key_file()
    if not path.exists():
        _make(path)
    return _keys(path).encrypt(text.encode()).decode("ascii")


def opened(sealed: str) -> str:
    """Returns what was sealed. Raises NotOpened, and never makes a key."""
    try:
        return _keys(key_file()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotOpened("Sealed with another key.") from None


def derived(purpose: str, make: bool = False) -> list[bytes]:
    """Returns keys of 32 bytes for another purpose, one of each line, the first one in use.

    They say nothing about what is in the file, nor about those of another purpose (HKDF, RFC 5869).
    `make`: makes the file where there is none. Raises NotOpened.
    """
    path = key_file()
    if make and not path.exists():
        _make(path)
    return [_derived(line, purpose) for line in _lines(path)]


@lru_cache(maxsize=64)
def _derived(line: str, purpose: str) -> bytes:
    """Derived once in a process: PINs are sealed by the thousand."""
    derivation = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode())
    return derivation.derive(urlsafe_b64decode(line))


def _keys(path: Path) -> MultiFernet:
    return MultiFernet([Fernet(line) for line in _lines(path)])


def _lines(path: Path) -> list[str]:
    """The keys in the file, at least one, each tried."""
    try:
        lines = path.read_text("ascii").split()
        MultiFernet([Fernet(line) for line in lines])
        return lines
    except (OSError, ValueError) as error:
        # Says where, never what: the error of a key that is none may hold a part of it.
        raise NotOpened(f"No key can be read from {path}: {type(error).__name__}") from None


def _make(path: Path) -> None:
    """Two processes may want it at once: whole and by one of them, whoever is first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise NotOpened(f"No key can be made at {path}: {type(error).__name__}") from None
    finally:
        draft.unlink(missing_ok=True)
