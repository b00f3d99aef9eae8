"""Compiles the catalogues of translations before anybody reads them.

Zope compiles them when it loads them, by writing over the file in place: of two processes of a
parallel run that start together in a fresh checkout one may read what the other has half written.
"""

from pathlib import Path
from zope.i18n.compile import compile_mo_file

import sysconfig


ROOT = Path(__file__).parent.parent


def compile_all() -> None:
    """Compiles what is newer than its compiled file, of the city and of what is installed."""
    for folder in (ROOT / "src", Path(sysconfig.get_path("purelib"))):
        for path in folder.rglob("LC_MESSAGES/*.po"):
            compile_mo_file(path.stem, str(path.parent))
