"""Writes instance/versions.cfg, the same pins in buildout's words, from constraints.txt."""

from pathlib import Path


HERE = Path(__file__).parent


def versions(constraints):
    """Return the text of versions.cfg for the text of a constraints file."""
    lines = [line.partition("==") for line in constraints.splitlines() if "==" in line]
    pins = "".join(f"{name.strip()} = {version.strip()}\n" for name, _, version in lines)
    return f"# Made by `make versions` from constraints.txt.\n\n[versions]\n{pins}"


if __name__ == "__main__":
    constraints = (HERE.parent / "constraints.txt").read_text()
    (HERE / "versions.cfg").write_text(versions(constraints))
