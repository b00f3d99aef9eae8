"""One truth for versions: constraints.txt, and buildout's copy of it."""

from pathlib import Path
from runpy import run_path


ROOT = Path(__file__).parents[2]


def test_buildout_pins_what_constraints_pin():
    versions = run_path(str(ROOT / "instance" / "versions.py"))["versions"]
    constraints = (ROOT / "constraints.txt").read_text()
    assert (ROOT / "instance" / "versions.cfg").read_text() == versions(constraints)


def test_build_tools_are_not_pinned():
    names = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().split()}
    assert not names & {"setuptools", "pip", "wheel"}
