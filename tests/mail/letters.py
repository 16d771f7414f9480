"""Who writes the letters of the tests, and of which trial."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from prescreen.catalog.criteria.catalog import Catalog, Contact, Service
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.mail.letter_texts import LetterWriter
from tests.eligibility.samples import trial

TRIAL: Trial = replace(
    trial(trial_id="NCT00000001"),
    title=Text({"en": "Steroids for sciatica", "es": "Esteroides para la ciática"}),
    sites=(Site(id="leeds", name="Leeds, General", reply_within=5),),
)
SERVICE = Service(
    name=Text({"en": "Back Pain Trials", "es": "Estudios sobre el dolor de espalda"}),
    operator="Some Hospital",
    contact=Contact(phone="+1 555 0100", email="help@example.org"),
    languages=("en", "es"),
    timezone=ZoneInfo("UTC"),
)
PEN = LetterWriter(Catalog(SERVICE, QuestionBank({}), {TRIAL.id: TRIAL}, {}, {}, {}), "https://trials.example.org")
