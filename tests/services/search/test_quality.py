"""How often the right service of the demo city comes first; the same queries as in bench/search."""

from kaarst.policy.demo.city import HERE
from kaarst.policy.founding.records import read
from kaarst.services.catalogue.plaintext import plain_text
from kaarst.services.catalogue.search.index import Document
from kaarst.services.catalogue.search.index import Index
from kaarst.services.catalogue.search.query import search
from pathlib import Path

import pytest
import yaml


QUERIES = yaml.safe_load(
    (Path(__file__).parent.parent / "queries.yaml").read_text(encoding="utf-8")
)


def document(record, titles) -> Document:
    fields = record.fields
    text = [plain_text(fields.get(name)) for name in ("text", "requirements")]
    related = [*fields.get("topics", ()), fields.get("department", "")]
    return Document(
        key=fields["title"],
        title=fields["title"],
        synonyms=tuple(fields.get("synonyms", ())),
        description=fields.get("description", ""),
        context=tuple(titles[path] for path in related if path in titles),
        text="\n".join([*text, *fields.get("documents", ())]),
    )


@pytest.fixture(scope="module")
def index():
    records = read(HERE / "content")
    titles = {record.path: record.fields.get("title", "") for record in records}
    return Index(document(record, titles) for record in records if record.portal_type == "Service")


def test_every_query_asks_for_a_service_that_is_there(index):
    titles = {document.title for document in index.documents}
    assert {entry["service"] for entry in QUERIES} <= titles


@pytest.mark.parametrize("chosen", ["tuning", "held out"])
def test_right_service_is_first_or_among_the_first_three(index, chosen):
    asked = [entry for entry in QUERIES if entry["set"] == chosen]
    assert len(asked) >= 60
    answers = [[hit.key for hit in search(index, entry["query"]).hits] for entry in asked]
    first = [entry["service"] in found[:1] for entry, found in zip(asked, answers, strict=True)]
    three = [entry["service"] in found[:3] for entry, found in zip(asked, answers, strict=True)]
    assert sum(first) / len(asked) >= 0.8
    assert sum(three) / len(asked) >= 0.95


def test_half_of_the_queries_are_misspelt_or_colloquial():
    for chosen in ("tuning", "held out"):
        kinds = [entry["kind"] for entry in QUERIES if entry["set"] == chosen]
        assert sum(kind in ("misspelt", "colloquial") for kind in kinds) >= len(kinds) / 2
