"""Whatever the words of a draft are, its file is read back as they were."""

from collections.abc import Mapping
from dataclasses import replace
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criterion_comments import Quote, comments_of
from prescreen.catalog.drafts.draft import Draft, DraftCriterion, DraftSite
from prescreen.catalog.flow_yaml import clean
from prescreen.catalog.sources.source_record import SourceError
from prescreen.eligibility.criteria.trials import CheckedBy, Kind
from tests.catalog.authoring.made_up import drafted

MARKS = (
    ":",
    "#",
    "-",
    "?",
    "[x]",
    "{y}",
    "'one'",
    '"two"',
    "|",
    ">",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "~",
    "null",
    "true",
)
ODD = (*MARKS, "no", "1.5", "\\n", "\\", "\t\x00\x07", "\x85", "\u2028", "\u200b", "\ufeff", "é", "脊柱", "\U0001f600")
words = st.lists(st.sampled_from(ODD) | st.text(printable, max_size=12) | st.text(max_size=12), max_size=60).map(
    " ".join
)


def read(text: str) -> Mapping[str, object]:
    document = Document("T9.yaml")
    parse(text, document)
    assert document.faults == []
    assert isinstance(document.data, dict)
    return document.data


def having(text: str) -> Draft:
    criterion = DraftCriterion(
        "x",
        Kind.INCLUSION,
        text,
        checked=CheckedBy.PHONE,
        quotes=(Quote(text or "-"),),
        remarks=("wording", text or "-"),
    )
    site = DraftSite("s", {"name": clean(text) or "-", "city": clean(text) or "-"})
    base = drafted()
    return replace(base, title=text, summary=text, sponsor=text, criteria=(criterion,), sites=(site,), remarks=(text,))


@given(words)
def test_every_text_is_read_back_as_it_was_but_for_blanks_and_signs_that_no_file_holds(text: str) -> None:
    data = read(yaml_of(having(text)))

    wanted = clean(text)
    assert data["title"] == (wanted or "-")
    assert data.get("sponsor", "") == wanted
    assert data["inclusion"] == [{"id": "x", "text": wanted or "-", "checked": "phone"}]
    assert data["sites"] == [{"id": "s", "name": wanted or "-", "city": wanted or "-"}]


@given(words)
def test_every_quote_and_remark_is_read_back(text: str) -> None:
    comments = comments_of(yaml_of(having(text)), ["x"])["x"]

    wanted = clean(text or "-")
    assert [quote.words for quote in comments.quotes] == ([wanted] if wanted else [])
    assert list(comments.drafted) == ["wording", wanted] if wanted else ["wording"]


@given(words)
def test_a_clean_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_many_sites_stand_in_one_line_each() -> None:
    sites = tuple(DraftSite(f"s{number}", {"name": "A: b", "city": "Leeds, UK"}) for number in range(30))
    data = read(yaml_of(replace(drafted(), sites=sites)))

    assert data["sites"] == [{"id": site.id, **site.entries} for site in sites]


def test_a_very_long_quote_keeps_its_ends() -> None:
    long = DraftCriterion("x", Kind.INCLUSION, "x", checked=CheckedBy.PHONE, quotes=(Quote("word " * 4000),))
    text = yaml_of(replace(drafted(), criteria=(long,)))

    [quote] = comments_of(text, ["x"])["x"].quotes
    assert " ... " in quote.words
    assert len(text) < 5_000


def test_a_draft_that_no_file_can_hold_is_refused_with_the_field() -> None:
    criterion = DraftCriterion("x", Kind.INCLUSION, "word " * 70, checked=CheckedBy.PHONE)
    many = tuple(replace(criterion, id=f"x{number}") for number in range(1000))

    with pytest.raises(SourceError, match=r"eligibilityCriteria: its 1000 criteria make a file of [\d,]+ bytes"):
        yaml_of(replace(drafted(), criteria=many))
