"""The checks of `make check` and of pre-commit: ruff, zpretty, pins, news. `--fix` puts in order."""

from pathlib import Path
from versions import versions

import subprocess
import sys


ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def markup():
    """Return every ZCML, XML and page template file of the repository."""
    listed = subprocess.run(
        ("git", "ls-files", "*.zcml", "*.xml", "*.pt"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    # Models of forms are kept as easyform writes them: white space inside them is content.
    return [name for name in listed.stdout.splitlines() if "/forms/models/" not in name]


def commands(fix):
    yield "ruff", [BIN / "ruff", "check", *(["--fix"] if fix else []), "."]
    yield "ruff format", [BIN / "ruff", "format", *([] if fix else ["--check"]), "."]
    yield "zpretty", [BIN / "zpretty", "-i" if fix else "--check", *markup()]
    yield "towncrier", [BIN / "towncrier", "build", "--draft", "--version", "0"]


def pins_agree():
    """Whether versions.cfg says the same as constraints.txt."""
    written = (ROOT / "instance" / "versions.cfg").read_text()
    return written == versions((ROOT / "constraints.txt").read_text())


def main(fix=False):
    failed = []
    for name, command in commands(fix):
        done = subprocess.run(
            [str(word) for word in command], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            failed.append(name)
            print(done.stdout[-4000:], done.stderr[-4000:], sep="\n")
    if not pins_agree():
        failed.append("instance/versions.cfg (run `make versions`)")
    print("not in order: " + ", ".join(failed) if failed else "all in order")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(fix="--fix" in sys.argv[1:]))
