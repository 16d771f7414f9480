"""The number of the visitor's own country stands first: of the place they named, else of the browser's region."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.wishes.geography import Point
from prescreen.eligibility.wishes.wishes import Place, Wishes
from prescreen.web.base.language import regions
from prescreen.web.interview.answer_cookie import Visit, country_of, write_visit
from prescreen.web.wishes.emergency_numbers import EmergencyNumbers, numbers_for, own_first
from tests.web.markup import read
from tests.web.visitor import NOON, SETTLED, Visitor

BRITAIN = Wishes(Place("Leeds", "GB", Point(53.8, -1.55)), 50)


def found(app: Flask, accepted: str, visit: Visit, criteria: LiveCatalog) -> EmergencyNumbers:
    with app.test_request_context(headers={"Accept-Language": accepted}):
        numbers = numbers_for(country_of(visit.wishes), criteria.current(NOON.date()).service)
    assert numbers is not None
    return numbers


@pytest.mark.parametrize(
    ("accepted", "wishes", "own"),
    [
        ("en-GB", None, ("999", "GB")),
        ("en-gb;q=0.5, es-US", None, ("911", "US")),
        ("pt-BR, en-US;q=0.7", None, ("192", "BR")),
        # Of Mexico the service says nothing: the next language that names a country it knows.
        ("es-MX, en-AU;q=0.7", None, ("000", "AU")),
        ("es-MX, es", None, ("911", "US")),
        ("", None, ("911", "US")),
        # The European Union has one number.
        ("fr-FR", None, ("112", "EU")),
        ("zh-Hant-AU", None, ("000", "AU")),
        # The place that a visitor named says more than the browser.
        ("en-US", BRITAIN, ("999", "GB")),
        ("en-US", replace(BRITAIN, place=replace(BRITAIN.place, country="ES")), ("112", "EU")),
        ("en-GB", Wishes(without_placebo=True), ("999", "GB")),
    ],
)
def test_the_own_number_is_that_of_the_place_else_of_the_browser_else_the_first(
    app: Flask, shipped_criteria: LiveCatalog, accepted: str, wishes: Wishes | None, own: tuple[str, str]
):
    numbers = found(app, accepted, Visit(wishes=wishes), shipped_criteria)

    assert (numbers.number, numbers.country) == own


@pytest.mark.parametrize("accepted", ["en-US", "en-GB", "de"])
def test_every_country_is_named_once(app: Flask, shipped_criteria: LiveCatalog, accepted: str):
    service = shipped_criteria.current(NOON.date()).service
    numbers = found(app, accepted, Visit(), shipped_criteria)
    others = [(code, number) for number, codes in numbers.others.items() for code in codes]

    assert sorted([(numbers.country, numbers.number), *others]) == sorted(service.emergency.items())


@given(st.dictionaries(st.sampled_from(["US", "GB", "EU", "AU"]), st.sampled_from(["1", "2"])), st.text(max_size=4))
def test_any_service_has_a_number_or_none_at_all(shipped_criteria: LiveCatalog, known: dict[str, str], code: str):
    service = replace(shipped_criteria.current(NOON.date()).service, emergency=known)
    numbers = own_first(service, (code,))

    assert (numbers is None) == (not known)
    assert numbers is None or known[numbers.country] == numbers.number


@given(st.text(max_size=300))
def test_any_header_names_countries_or_none(header: str):
    with Flask(__name__).test_request_context(environ_overrides={"HTTP_ACCEPT_LANGUAGE": header}):
        assert all(len(one) == 2 and one.isascii() and one.isupper() for one in regions())


def test_after_an_emergency_the_country_of_the_wishes_is_kept_and_nothing_else_of_them(visitor: Visitor):
    visitor.has_answered(SETTLED)
    visitor.post("/wishes", {"near": "Leeds, England", "within": "50"})
    visitor.answer("cauda_equina_signs", "bladder", **{"from": "review"})
    main = visitor.page("/urgent").one("main")
    visitor.answer("cauda_equina_signs", "none")

    assert main.all("a")[0]["href"] == "tel:999"
    assert "We also kept your country" in main.text
    assert "Leeds" not in visitor.page("/screener/review").text


def test_the_country_is_kept_too_where_new_criteria_see_an_emergency_in_earlier_answers(app: Flask, visitor: Visitor):
    answers = Answers({"cauda_equina_signs": Answer(frozenset({"bladder"}), NOON.date())})
    with app.test_request_context("/low-back-pain"):
        response = app.response_class()
        write_visit(response, "low-back-pain", Visit(answers, wishes=BRITAIN))
    cookie = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    visitor.client.set_cookie("prescreen-low-back-pain", cookie, path="/low-back-pain")
    main = visitor.page("/urgent").one("main")

    assert main.all("a")[0]["href"] == "tel:999"
    assert "We also kept your country" in main.text


def test_without_a_place_no_country_is_kept(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes"})
    visitor.answer("cauda_equina_signs", "bladder")

    assert "We also kept your country" not in visitor.page("/urgent").text


def test_the_page_of_signs_has_the_own_number_first_too(app: Flask):
    page = read(app.test_client().get("/low-back-pain/urgent", headers={"Accept-Language": "en-GB"}).text)
    dialled = [one["href"] for one in page.one("main").all("a") if one["href"].startswith("tel:")]

    assert dialled[0] == "tel:999"
    assert "the number in the United Kingdom" in page.one("main").text
