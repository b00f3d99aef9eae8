"""What a person gets: one ZIP file with a page to read, the same as JSON, and the files."""

from datetime import datetime
from html import escape
from io import BytesIO

import json
import zipfile


HEAD = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}
dt{{font-weight:bold}}dd{{margin:0 0 .5rem;white-space:pre-wrap}}</style></head><body>
<h1>{title}</h1>
"""


def packed(given: list[dict], title: str, language: str) -> bytes:
    """Returns the ZIP file. `given`: as kaarst.core.personal.request.give, texts translated."""
    parcel = BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = []
        for number, one in enumerate(given, 1):
            names = []
            for file_number, (name, content) in enumerate(one["files"], 1):
                path = f"dateien/{number}-{file_number}-{name}"
                archive.writestr(path, content)
                names.append(path)
            entries.append({**one, "files": names})
        text = json.dumps(entries, ensure_ascii=False, indent=2, default=_plain)
        archive.writestr("daten.json", text)
        archive.writestr("daten.html", readable(entries, title, language))
    return parcel.getvalue()


def readable(entries: list[dict], title: str, language: str) -> str:
    """The same as a page that needs nothing but a browser."""
    parts = [HEAD.format(title=escape(title), language=escape(language))]
    for entry in entries:
        heading = f"{entry['kind']}: {entry['title']}"
        parts.append(f"<h2>{escape(heading)}</h2>\n{_listed(entry['data'])}")
        links = [f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in entry["files"]]
        if links:
            parts.append(f"<ul>{''.join(links)}</ul>")
    return "".join([*parts, "</body></html>\n"])


def _listed(value) -> str:
    if isinstance(value, dict):
        rows = (
            f"<dt>{escape(str(name))}</dt><dd>{_listed(item)}</dd>" for name, item in value.items()
        )
        return f"<dl>{''.join(rows)}</dl>"
    if isinstance(value, list | tuple):
        return f"<ul>{''.join(f'<li>{_listed(item)}</li>' for item in value)}</ul>"
    return escape("–" if value is None else str(value))


def _plain(value) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
