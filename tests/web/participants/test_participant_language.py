"""Leaving details and managing them in Spanish: pages, errors, consent and letters."""

import re
from datetime import UTC, datetime

import pytest

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import Consent, ConsentWording
from tests.web.kept import rows
from tests.web.mailed import newest
from tests.web.markup import read
from tests.web.visitor import Visitor


@pytest.fixture
def hispanic(ready: Visitor) -> Visitor:
    """Return somebody who reads Spanish and may open the form."""
    ready.client.set_cookie("prescreen-language", "es")
    return ready


def test_the_form_its_faults_and_its_consent_are_in_spanish(hispanic: Visitor, shipped_criteria: LiveCatalog):
    page = hispanic.page("/interest")
    faulty = read(hispanic.send(email="x", share=None).text)

    today = datetime.now(UTC).date()
    consent = shipped_criteria.current(today).consent("es", today)
    assert consent is not None
    assert page.one("html")["lang"] == "es"
    assert [one for one in consent.wordings.values() if one.split("\n")[0] not in page.text] == []
    assert "Escriba un correo electrónico" in faulty.one("div", role="alert").text
    assert faulty.one("title").text.startswith("Revise esto:")


def test_the_language_of_the_page_is_offered_first(hispanic: Visitor):
    assert hispanic.page("/interest").one("select", id="language").all("option")[0]["value"] == "es"


def test_the_consent_is_stored_in_the_language_in_which_it_was_read(hispanic: Visitor, database: Database):
    hispanic.send(trial="NCT00000410")

    assert {language for (language,) in rows(database, Consent.language)} == {"es"}
    wordings = [wording for (wording,) in rows(database, ConsentWording.wording)]
    assert [one for one in wordings if not one.startswith(("Acepto", "## Quién está"))] == []
    assert any(re.search(r"\n\nEstudio: .+ \(NCT00000410\)\nCentro: ", one) for one in wordings)


def test_a_form_read_in_one_language_and_sent_in_another_must_be_read_again(hispanic: Visitor, database: Database):
    form = hispanic.interest_form()
    hispanic.client.set_cookie("prescreen-language", "en")

    assert hispanic.post("/interest", form).status_code == 409
    assert rows(database, Consent.language) == []


@pytest.mark.parametrize(
    ("page", "wanted", "first"),
    [
        ("es", "es", "Confirme"),
        ("en", "es", "Confirme"),
        ("es", "en", "Please"),
        ("es", "fr", "Confirme"),
        ("en", "fr", "Please"),
    ],
)
def test_letters_speak_the_persons_language_else_that_of_the_page(
    ready: Visitor, database: Database, keys: Keys, *, page: str, wanted: str, first: str
):
    ready.client.set_cookie("prescreen-language", page)

    ready.send(language=wanted)

    assert newest(database, keys, "confirm").subject.split()[0] == first


def test_the_private_pages_are_in_spanish(hispanic: Visitor):
    hispanic.send()
    thanks, mine = hispanic.page("/thanks").one("main").text, hispanic.open_my_data().one("main").text
    others = [read(hispanic.client.get(path).text).one("main").text for path in ("/my/contact", "/my/again", "/my/x")]

    english = re.compile(r"\b(your|the|you|with|and|details|withdraw)\b", re.IGNORECASE)
    texts = [re.sub(r"http\S+|\(if you like\)", "", one) for one in (thanks, *others)]
    assert [found for one in texts if (found := english.findall(one))] == []
    assert "Lo que tenemos sobre usted" in mine
    assert "Retirarme de todos los estudios" in mine
