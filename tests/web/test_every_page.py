"""What holds for every page that a participant can reach, error pages included."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.assessment.determination import Determination
from tests.web.markup import Element, is_document, read
from tests.web.opened import not_opened
from tests.web.sentences import criteria_texts
from tests.web.visitor import NOON

Pages = dict[str, TestResponse]
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "data", "cite", "ping", "background")
CODES = ("RECRUITING", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING", "COMPLETED", "do_not_know", "rather_not_say")
"""Terms of the registry and of stored answers, which pages put into words."""
EVENT = re.compile(r"on[a-z]+")
STATUSES = {
    "answers gone": 410,
    "thanks gone": 410,
    "not sent, answers gone": 410,
    "not sent yet": 409,
    "too late": 404,
    "question refused": 422,
    "boxes refused": 422,
    "results, no such ZIP": 422,
    "wishes, several towns": 422,
    "wishes, no such place": 422,
    "wishes, no place": 422,
    "note refused": 409,
    "helper sender refused": 422,
    "interest refused": 422,
    "interest forged": 400,
    "interest changed": 409,
    "sent": 303,
    "sent by another browser": 409,
    "sent before": 409,
    "sent after deletion": 410,
    "link ended": 404,
    "again refused": 422,
    "address link ended": 404,
    "my contact refused": 422,
    "my data, refused": 422,
    "error 403": 403,
    "error 404": 404,
    "error 405": 405,
    "error 413": 413,
    "error 500": 500,
}


@pytest.fixture(scope="module")
def documents(every_page: Pages) -> dict[str, Element]:
    return {name: read(page.text) for name, page in every_page.items() if is_document(page)}


def offending(documents: dict[str, Element], faults: object) -> dict[str, object]:
    """Return the pages in which a function finds faults, with the faults."""
    return {name: found for name, page in documents.items() if (found := faults(page))}  # type: ignore[operator]


# Files to keep, and what redirects to the only condition.
NO_PAGES = {
    "sheet.answers",
    "my_details.download",
    "content.home",
    "look.style",
    "look.mark",
    "look.shown_elsewhere",
    "metrics.show",
    "well_known.change_password",
}


def of_people(endpoint: str) -> bool:
    """Whether an endpoint is a page of visitors or participants."""
    return endpoint not in NO_PAGES and not endpoint.startswith("recruiter.")


def test_every_page_that_can_be_read_is_among_those_looked_at(assembled: Flask, every_page: Pages):
    assert not_opened(assembled, every_page, of_people) == set()


def test_a_page_that_is_not_looked_at_is_named(assembled: Flask, every_page: Pages):
    without = {name: page for name, page in every_page.items() if "sheet" not in name}

    assert not_opened(assembled, without, of_people) == {"sheet.sheet"}


def test_each_page_answers_with_its_status(every_page: Pages):
    assert {name: page.status_code for name, page in every_page.items() if page.status_code != 200} == STATUSES


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
def test_every_page_carries_the_security_headers(every_page: Pages, header: str, value: str):
    assert {
        name: page.headers.get(header) for name, page in every_page.items() if page.headers.get(header) != value
    } == {}


def test_every_page_allows_nothing_but_its_own_files(every_page: Pages):
    policies = {page.headers["Content-Security-Policy"] for page in every_page.values()}

    [policy] = policies
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["style-src"] == rules["script-src"] == "'self'"
    # The way out in a hurry is a form too.
    assert rules["form-action"] == "'self' https://www.weather.gov"


def test_no_page_names_the_server_program(every_page: Pages):
    assert {name for name, page in every_page.items() if "X-Powered-By" in page.headers} == set()


def test_every_address_on_a_page_is_of_this_service_or_of_a_human(documents: dict[str, Element]):
    def foreign(page: Element) -> list[str]:
        cited = [link for section in page.all("section", id="references") for link in section.all("a")]
        rest = [one for one in page.everything() if not any(one is link for link in cited)]
        addresses = [one[name] for one in rest for name in ADDRESSES if name in one]
        return [to for to in addresses if urlsplit(to).scheme not in ("", "tel", "mailto") or urlsplit(to).netloc]

    assert offending(documents, foreign) == {}


def test_only_links_lead_elsewhere_and_only_to_the_sources_of_the_article(documents: dict[str, Element]):
    cited = documents["article"].one("section", id="references").everything()

    assert {one.tag for one in cited for name in ADDRESSES if name in one} == {"a"}
    assert {urlsplit(one["href"]).scheme for one in cited if one.tag == "a"} == {"https"}


def test_no_page_has_script_style_or_event_of_its_own(documents: dict[str, Element]):
    def inline(page: Element) -> list[str]:
        tags = [one.tag for one in page.everything() if one.tag in ("script", "style", "iframe", "object", "embed")]
        events = [name for one in page.everything() for name in one.attributes if EVENT.fullmatch(name)]
        return tags + events + [one["style"] for one in page.everything() if "style" in one]

    assert offending(documents, inline) == {}


def test_no_page_says_eligible_of_a_person(documents: dict[str, Element], every_page: Pages):
    assert [name for name, page in documents.items() if re.search(r"eligible", page.text, re.IGNORECASE)] == []
    assert [name for name, page in every_page.items() if "potentially_eligible" in page.text] == []


def test_no_page_shows_a_code_of_the_criteria(documents: dict[str, Element], shipped_criteria: LiveCatalog):
    catalog = shipped_criteria.current(NOON.date())
    ids = {one.id for trial in catalog.trials.values() for one in trial.criteria} | {one.id for one in catalog.bank}
    # An id that is a word of its texts, such as "breast-feeding", tells nothing more.
    written = " ".join(str(text) for text in criteria_texts([*catalog.trials.values(), *catalog.bank]))
    named = (one for one in ids if ("_" in one or "-" in one) and one not in written)
    codes = {*named, *(one.value for one in Determination), *CODES}
    shown = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(codes)))})(?![\w-])")

    assert offending(documents, lambda page: shown.findall(page.one("main").text)) == {}
    assert shown.findall("a potentially_eligible person, leg_pain_score") == ["potentially_eligible", "leg_pain_score"]


def test_no_sentence_ends_with_two_stops(documents: dict[str, Element]):
    assert not offending(documents, lambda page: re.findall(r"[^.]{0,30}(?<!\.)\.\.(?!\.)", page.one("body").text))


def test_every_page_has_one_main_heading_a_title_and_a_language(documents: dict[str, Element]):
    shapes = {
        name: (len(page.all("h1")), len(page.all("main")), bool(page.one("title").text), page.one("html")["lang"])
        for name, page in documents.items()
    }

    assert {name: shape for name, shape in shapes.items() if shape != (1, 1, True, "en")} == {}


def test_headings_skip_no_level(documents: dict[str, Element]):
    def jumps(page: Element) -> list[tuple[int, int]]:
        levels = [int(one.tag[1]) for one in page.one("main").everything() if re.fullmatch(r"h[1-6]", one.tag)]
        return [(one, two) for one, two in pairwise(levels) if two > one + 1]

    assert offending(documents, jumps) == {}


def test_no_id_stands_twice_on_a_page(documents: dict[str, Element]):
    def doubled(page: Element) -> set[str]:
        ids = [one["id"] for one in page.everything() if "id" in one]
        return {one for one in ids if ids.count(one) > 1}

    assert offending(documents, doubled) == {}


def test_what_is_referred_to_by_id_is_on_the_page(documents: dict[str, Element]):
    def dangling(page: Element) -> set[str]:
        ids = {one["id"] for one in page.everything() if "id" in one}
        names = ("aria-describedby", "aria-labelledby", "for")
        wanted = {word for one in page.everything() for name in names if name in one for word in one[name].split()}
        anchors = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
        return (wanted | anchors) - ids

    assert offending(documents, dangling) == {}


def test_every_page_names_a_human_to_ring_and_the_emergency_numbers(documents: dict[str, Element]):
    def missing(page: Element) -> bool:
        footer = page.one("footer")
        return (
            "tel:+15550100" not in [one["href"] for one in footer.all("a")]
            or "911 in the United States and Canada, 999 in the United Kingdom and Bangladesh" not in footer.text
        )

    assert offending(documents, missing) == {}


def test_every_page_of_a_sample_says_so(documents: dict[str, Element]):
    assert offending(documents, lambda page: "Sample." not in page.one("aside", class_="sample").text) == {}


def test_every_page_offers_to_clear_the_answers(documents: dict[str, Element]):
    def without(page: Element) -> bool:
        return not any(form["action"].endswith("/clear") for form in page.all("form"))

    assert offending(documents, without) == {}
