"""Reads contents from files. Plain Python, no Plone.

Two kinds of files, found anywhere below a folder; the place of a file is the address of what it makes:

- `leistungen/personalausweis.md`: a head in YAML between two lines `---`, below it Markdown, which
  becomes the field `text`.
- `rathaus/_orte.yaml`: a list; each entry has an `id` and lies in the folder of the file, or below it when
  the id has slashes. A name that begins with an underscore is no address of its own.

`index.md` is about the folder it lies in. In every text `${name}` and the other words given to `read` are filled in.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from string import Template

import markdown
import re
import yaml


HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
DEFAULT_TYPE = "Document"


class RecordError(ValueError):
    """A file of contents that cannot be used; the message names the file."""


@dataclass
class Record:
    """One piece of content: `path` below the site, its type, its fields and the file it came from."""

    path: str
    portal_type: str
    fields: dict
    source: Path
    order: int = 100
    options: dict = field(default_factory=dict)

    @property
    def parent(self) -> str:
        """Path of the container, "" for the site."""
        return self.path.rpartition("/")[0]

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]


#: Keys of a head that steer how content is made and are no fields of it.
OPTIONS = ("type", "state", "layout", "default_page", "order", "id", "library")
#: Types whose `text` in a list is plain text.
PLAIN = ("TextTemplate",)
#: Fields of a head that are Markdown as well.
RICH = ("requirements", "requirements_en", "text_easy", "text_en")


def _load(text: str):
    # The parser in C, where PyYAML was built with it, reads the demo city in a tenth of the time.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def html(text: str) -> str:
    """Markdown as HTML; plain HTML in it is kept."""
    return markdown.markdown(text, extensions=["tables", "attr_list", "def_list", "md_in_html"])


def _record(path: str, values: dict, source: Path) -> Record:
    values = dict(values)
    options = {key: values.pop(key) for key in OPTIONS if key in values}
    values |= {key: html(values[key]) for key in RICH if key in values}
    return Record(
        path=path,
        portal_type=options.pop("type", DEFAULT_TYPE),
        fields=values,
        source=source,
        order=options.pop("order", 100),
        options=options,
    )


def _page(path: str, source: Path, text: str) -> Record:
    match = HEAD.match(text)
    if match is None:
        raise RecordError(f"{source}: the head between two lines --- is missing")
    values = _load(match[1]) or {}
    if match[2].strip():
        values["text"] = html(match[2])
    return _record(path, values, source)


def _list(folder: str, source: Path, text: str) -> Iterator[Record]:
    data = _load(text)
    common = {key: value for key, value in data.items() if key != "items"}
    for number, entry in enumerate(data["items"]):
        values = {"order": 100 + number, **common, **entry}
        if "text" in values and values.get("type") not in PLAIN:
            values["text"] = html(values["text"])
        path = f"{folder}/{values['id']}" if folder else values["id"]
        yield _record(path, values, source)


def read(root: Path, words: Mapping[str, str] | None = None) -> list[Record]:
    """Every record below `root`, containers before what lies in them, else by `order` and path.

    Raises RecordError for a file that is no record.
    """
    found = []
    for source in sorted(root.rglob("*")):
        if source.suffix not in (".md", ".yaml"):
            continue
        relative = source.relative_to(root)
        folder = "" if relative.parent == Path(".") else relative.parent.as_posix()
        text = Template(source.read_text(encoding="utf-8")).safe_substitute(words or {})
        try:
            if source.suffix == ".yaml":
                found.extend(_list(folder, source, text))
            elif source.name == "index.md":
                found.append(_page(folder, source, text))
            else:
                found.append(_page(relative.with_suffix("").as_posix(), source, text))
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{source}: {error}") from error
    return sorted(found, key=lambda record: (record.path.count("/"), record.order, record.path))
