"""The shipped consent wordings: what people agreed to stays, and texts can be answered in two languages."""

from datetime import date
from hashlib import sha256

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA

ON = date(2026, 11, 29)
FOLDER = SHIPPED_CRITERIA / "consents"

# People agreed to these words. A change gets a new version, and its digests a line here.
AGREED_TO = {
    "2026-11.en.md": "957ff413e7b174e73e2109c91252d22214a8e34238dd0055dd919fc07f353a4c",
    "2026-11.es.md": "51f6908b2e0347bed8bde6fac3be333bc4ae84e531373d90b4baa16eacdb1f9e",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, ON)


@pytest.mark.parametrize("name", AGREED_TO)
def test_a_wording_that_people_agreed_to_is_never_changed(name: str) -> None:
    assert sha256((FOLDER / name).read_bytes()).hexdigest() == AGREED_TO[name]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_message_can_be_answered_in_either_language(catalog: Catalog, language: str) -> None:
    consent = catalog.consent(language, ON)

    assert consent is not None
    assert (consent.version, consent.language) == ("2026-11-29", language)
    assert [word for word in ("STOP", "ALTO", "BAJA") if word not in consent.wordings["text"]] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_day_before_a_wording_takes_effect_the_earlier_one_is_in_force(catalog: Catalog, language: str) -> None:
    consent = catalog.consent(language, date(2026, 11, 28))

    assert consent is not None
    assert consent.version == "2026-11"


def test_each_version_asks_for_the_same_in_every_language(catalog: Catalog) -> None:
    asked = {key: set(consent.wordings) for key, consent in catalog.consents.items()}

    assert [key for key in asked if asked[key] != asked[key[0], "en"]] == []
    assert {key[1] for key in asked} == {"en", "es"}
