"""The language of a page, switching without loss, and the format of days, amounts and places."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from prescreen.eligibility.criteria.trials import Site
from prescreen.web.base import formatting, trial_wording
from prescreen.web.base import trial_wording as record
from tests.web.markup import Element, read
from tests.web.visitor import SETTLED, Visitor, reviewed, where

MEXICAN = "es-MX,es;q=0.9,en;q=0.5"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX", "es"),
        ("es-419,en;q=0.5", "es"),
        ("en-US,es;q=0.5", "en"),
        ("en;q=0.3,ES-us;q=0.8", "es"),
        ("fr,es;q=0.5", "es"),
        ("es;q=0,fr", "en"),
        ("*", "en"),
        ("de-DE", "en"),
        (";;q=x,\x00", "en"),
        ("x," * 9 + "es", "es"),
        ("x," * 10 + "es", "en"),
        ("x" * 190 + ",es", "es"),
        ("x" * 300_000 + ",es", "en"),
    ],
)
def test_the_browser_chooses_the_language(client: FlaskClient, accepted: str, language: str):
    page = client.get("/low-back-pain", headers={"Accept-Language": accepted.replace("\x00", "?")})

    assert read(page.text).one("html")["lang"] == language


def test_a_refused_answer_is_answered_in_the_visitors_language(visitor: Visitor):
    visitor.has_answered({"diagnosed": "yes"})
    visitor.client.set_cookie("prescreen-language", "es")

    refused = visitor.answer("age", "44", declined="?do_not_know")

    assert refused.status_code == 422
    errors = read(refused.text).one("div", id="errors").text
    assert errors.endswith("Usted dio una respuesta y también marcó “No lo sé”. Deje solo una de las dos.")


def test_recruiters_pages_stay_english_and_offer_no_other_language(client: FlaskClient):
    response = client.get("/recruiter/login?lang=es", headers={"Accept-Language": MEXICAN}, follow_redirects=True)
    page = read(response.text)

    assert page.one("html")["lang"] == "en"
    assert (page.one("h1").text, page.one("a", class_="skip").text) == ("Sign in", "Skip to the page")
    assert [one for one in page.all("a") if "hreflang" in one] == []
    assert client.get_cookie("prescreen-language") is None


# --- the switch ---


def switch(page: Element) -> Element:
    """Return the link to the page in the other language."""
    return next(one for one in page.all("a") if "hreflang" in one)


def test_the_switch_names_the_other_language_in_that_language(client: FlaskClient):
    link = switch(read(client.get("/low-back-pain").text))
    back = switch(read(client.get(link["href"]).text))

    assert (link.text, link["lang"], link["hreflang"], link["href"]) == (
        "Español",
        "es",
        "es",
        "/low-back-pain?lang=es",
    )
    assert (back.text, back["lang"], back["hreflang"], back["href"]) == (
        "English",
        "en",
        "en",
        "/low-back-pain?lang=en",
    )


def test_the_switch_sets_a_cookie_that_holds_nothing_but_the_language(client: FlaskClient):
    response = client.get("/low-back-pain?lang=es")
    [cookie] = response.headers.getlist("Set-Cookie")

    assert cookie.startswith("prescreen-language=es;")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert read(client.get("/low-back-pain").text).one("html")["lang"] == "es"


def test_the_switch_in_the_middle_of_the_interview_keeps_the_answers(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "44"})
    kept = visitor.cookie()

    spanish_page = read(visitor.get("/screener/review?lang=es").text)

    assert visitor.cookie() == kept
    assert spanish_page.one("h1").text == "Revise sus respuestas"
    answers = list(reviewed(spanish_page).values())
    none, never = "Ninguna de estas opciones", "No, o solo un cáncer de piel que no es melanoma"
    assert answers == ["Sí", "Sí", none, none, never, "44 años"]
    visitor.answers({"sex_at_birth": "male"})
    none, never = "None of these", "No, or only a skin cancer that is not melanoma"
    english = list(reviewed(visitor.page("/screener/review?lang=en")).values())
    assert english == ["Yes", "Yes", none, none, never, "44 years", "Male"]


def test_the_switch_leads_to_the_same_page_with_all_that_its_address_says(visitor: Visitor):
    visitor.has_answered(SETTLED)
    page = visitor.page("/screener/cancer_history?from=review&lang=en")

    assert switch(page)["href"] == "/low-back-pain/screener/cancer_history?from=review&lang=es"
    assert visitor.page("/screener/cancer_history?from=review&lang=es").one("input", name="from")["value"] == "review"


def test_the_switch_of_a_page_that_answers_a_form_leads_to_a_page_that_can_be_opened(client: FlaskClient):
    refused = client.post("/low-back-pain/clear", headers={"Sec-Fetch-Site": "cross-site"})
    mistyped = client.post("/low-back-pain/screener/age", data={"answer": "old"})

    assert (refused.status_code, switch(read(refused.text))["href"]) == (403, "/?lang=es")
    assert where(client.get("/?lang=es")) == "/low-back-pain"
    assert switch(read(mistyped.text))["href"] == "/low-back-pain/screener/age?lang=es"


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "/%5Celsewhere.example", "/a%22%3E%3Cb%3E", "/%3Flang"])
def test_the_switch_never_leads_elsewhere(client: FlaskClient, path: str):
    page = client.get("/", environ_overrides={"PATH_INFO": path.replace("%5C", "\\").replace("%3F", "?")})
    href = switch(read(page.text))["href"]

    assert page.status_code == 404
    assert href.startswith("/")
    assert href[1] not in "/\\"
    assert href.endswith("?lang=es")


@pytest.mark.parametrize("wanted", ["xx", "", "ES", "es-MX", "../es", "es\x00", "e" * 4000])
def test_an_unknown_language_is_ignored(client: FlaskClient, wanted: str):
    response = client.get("/low-back-pain", query_string={"lang": wanted})
    client.set_cookie("prescreen-language", "xx")

    assert (response.status_code, read(response.text).one("html")["lang"]) == (200, "en")
    assert "Set-Cookie" not in response.headers
    assert read(client.get("/low-back-pain").text).one("html")["lang"] == "en"


# --- words ---


@pytest.fixture
def in_spanish(app: Flask):
    with app.test_request_context(headers={"Accept-Language": MEXICAN}):
        yield


@pytest.fixture
def in_english(app: Flask):
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("in_spanish")
def test_days_amounts_and_records_are_written_in_spanish():
    assert formatting.day(date(2026, 11, 23)) == "23 de noviembre de 2026"
    assert [formatting.amount(Fraction(number), "a") for number in ("1", "2", "0", "0.5")] == [
        "1 año",
        "2 años",
        "0 años",
        "0.5 años",
    ]
    assert (formatting.unit_label("[lb_av]"), formatting.amount(Fraction(7), "{score_0_10}")) == ("libras", "7 de 10")
    assert (record.status_words("NOT_YET_RECRUITING"), record.phase_words("NA")) == (
        "todavía no recluta",
        "no se aplica",
    )


@pytest.mark.usefixtures("in_english")
def test_days_amounts_and_records_are_written_in_english():
    assert formatting.day(date(2026, 3, 1)) == "1 March 2026"
    assert [formatting.amount(Fraction(number), "a") for number in ("1", "2", "0", "0.5")] == [
        "1 year",
        "2 years",
        "0 years",
        "0.5 years",
    ]
    assert (formatting.unit_label("{cups}"), formatting.amount(Fraction("22.5"), "kg/m2")) == ("cups", "22.5")
    assert (record.status_words("NOT_YET_RECRUITING"), record.phase_words("PHASE1/PHASE2")) == (
        "not yet recruiting",
        "1/2",
    )


SITES = [Site(id=city, name=city, city=city, country="United States") for city in ("A", "B", "A", "C", "D")]


@pytest.mark.usefixtures("in_spanish")
def test_places_are_named_in_spanish():
    assert trial_wording.whereabouts(SITES) == "A, B, C y 1 lugar más, Estados Unidos"
    assert (
        trial_wording.whereabouts([*SITES, Site(id="E", name="E", city="E", country="Turkey")])
        == "A, B, C y 2 lugares más"
    )
    assert [trial_wording.land(name) for name in ("Turkey", "Korea, Republic of", "Atlantis")] == [
        "Turquía",
        "Corea del Sur",
        "Atlantis",
    ]
    assert [trial_wording.country(code) for code in ("US", "EU", "ZZZ")] == ["Estados Unidos", "Unión Europea", "ZZZ"]


@pytest.mark.usefixtures("in_english")
def test_places_are_named_in_english():
    assert trial_wording.whereabouts(SITES) == "A, B, C and 1 more place, United States"
    assert trial_wording.whereabouts(SITES[:1]) == "A, United States"
    assert trial_wording.whereabouts([Site(id="x", name="x", country="France")]) == ""
    assert [trial_wording.land(name) for name in ("Turkey", None)] == ["Turkey", None]
    assert [trial_wording.country(code) for code in ("GB", "AU", "ZZZ")] == ["the United Kingdom", "Australia", "ZZZ"]


@pytest.mark.parametrize(
    ("template", "language", "shown"),
    [
        ("{{ _('Continue') }}", "es", "Continuar"),
        ("{{ _('Run by %(operator)s.', operator='<b>') }}", "en", "Run by &lt;b&gt;."),
        ("{{ _('Run by %(operator)s.', operator='<b>'|safe) }}", "en", "Run by <b>."),
        ("{{ gettext('<b>%(num)s</b> of 100 %%', num='&') }}", "en", "<b>&amp;</b> of 100 %"),
        ("{{ _('100 %%') }}", "en", "100 %"),
        ("{{ ngettext('%(num)s of %(all)s', '%(num)s among %(all)s', 1, all='<') }}", "en", "1 of &lt;"),
        ("{{ ngettext('%(num)s of %(all)s', '%(num)s among %(all)s', 2, all='<') }}", "en", "2 among &lt;"),
        ("{{ ngettext('a trial', '%(num)s trials', 2, num='many') }}", "en", "many trials"),
    ],
)
def test_a_sentence_of_a_template_is_translated_and_what_stands_in_it_is_escaped(
    app: Flask, template: str, language: str, shown: str
):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert render_template_string(template) == shown
