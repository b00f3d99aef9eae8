"""Runs the measurements named on the command line (all without a name) and collects the results.

Each module of this folder with a function `measure() -> str` is one measurement; the Markdown it
returns is kept in bench/results/NAME.md, and bench/RESULTS.md is made of all of them.
"""

from importlib import import_module
from pathlib import Path

import datetime
import os
import platform
import sys


HERE = Path(__file__).parent
#: Where a result stands in a page of its own, between two comments.
PAGES = {"race": HERE.parent / "docs/never-double-booked.md"}
BEGIN, END = "<!-- result -->\n", "<!-- end -->"


def measurements():
    """Return the names of the modules that measure something."""
    names = (path.stem for path in sorted(HERE.glob("*.py")) if not path.stem.startswith("_"))
    return [name for name in names if hasattr(import_module(f"bench.{name}"), "measure")]


def machine():
    """Return one line about the machine: without it no figure means anything."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].partition(":")[2].strip() if models else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )


def collect():
    sections = [path.read_text().strip() for path in sorted((HERE / "results").glob("*.md"))]
    head = (
        "# Results\n\nMeasured by `make bench`; each section is one run in which both sides were "
        "measured in turn on the same machine. Quote the ratios, not the times.\n"
    )
    (HERE / "RESULTS.md").write_text("\n\n".join([head.strip(), *sections]) + "\n")


def publish(name, section):
    """Put a result into the page that explains it."""
    page = PAGES[name]
    before, _begin, rest = page.read_text().partition(BEGIN)
    _former, _end, after = rest.partition(END)
    table = section.partition("\n")[2].strip()
    page.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{after}")


def main(names):
    known = measurements()
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name in names or known:
        print(f"measuring {name} ...", flush=True)
        text = import_module(f"bench.{name}").measure()
        (HERE / "results").mkdir(exist_ok=True)
        stamp = f"{datetime.date.today():%Y-%m-%d}, {machine()}."
        section = f"{text.strip()}\n\n{stamp}\n"
        (HERE / "results" / f"{name}.md").write_text(section)
        if name in PAGES:
            publish(name, section)
        print(text, flush=True)
    collect()


if __name__ == "__main__":
    main(sys.argv[1:])
