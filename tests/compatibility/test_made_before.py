"""Today's code reads what earlier code wrote: evidence, cookies, links, digests, rows, snapshots, exports."""

import base64
import csv
import re
from dataclasses import fields
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from flask import Flask

from prescreen.catalog.assessment.evidence import read_evidence
from prescreen.catalog.assessment.fingerprints import canonical, evidence_fingerprint, fingerprint
from prescreen.catalog.assessment.wire_names import CLASS_NAMES, FIELD_NAMES, UNWRITTEN
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.commands import main
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import PERMITS_WORDS, assess
from prescreen.export.redcap import DATA_FILE, DICTIONARY_FILE
from prescreen.storage.cohort import packed_answers, snapshots
from prescreen.web.base.request_context import Resources
from prescreen.web.interview import answer_cookie
from prescreen.web.participants import submission
from prescreen.workflow.audit import hash_chain
from prescreen.workflow.cohort.rematch import Rematch
from prescreen.workflow.cohort.snapshots import Engine, judge_snapshot
from tests.compatibility.conftest import MADE
from tests.web.markup import read
from tests.web.staff import Staff
from tests.web.visitor import Visitor

TRIALS = ("T1", "T2")


def visit(app: Flask, cookie: str) -> answer_cookie.Visit:
    with app.test_request_context("/back-pain", headers={"Cookie": f"prescreen-back-pain={cookie}"}):
        return answer_cookie.read_visit("back-pain")


@pytest.mark.parametrize("trial", TRIALS)
def test_the_same_criteria_give_the_same_evidence(catalog: Catalog, made: dict[str, Any], trial: str):
    evidence = catalog.evidence(catalog.trials[trial])

    assert evidence == (MADE / "evidence" / f"{trial}.json").read_text()
    assert evidence_fingerprint(evidence) == made["digests"]["evidence"][trial]


@pytest.mark.parametrize("trial", TRIALS)
def test_evidence_is_read_back_with_rules_that_judge(catalog: Catalog, trial: str):
    evidence = read_evidence((MADE / "evidence" / f"{trial}.json").read_text())

    ruled = {one.id: (one.kind, one.rule) for one in catalog.trials[trial].ruled}
    assert {one.id: (one.kind, one.rule) for one in evidence.rules.values()} == ruled
    assert all(catalog.bank[one.id].options == one.options for one in evidence.questions.values())


def test_questions_and_trials_keep_their_fingerprints(catalog: Catalog, made: dict[str, Any]):
    assert {one.id: fingerprint(one) for one in catalog.bank} == made["digests"]["questions"]
    assert {name: fingerprint(one) for name, one in catalog.trials.items()} == made["digests"]["trials"]


def test_every_field_of_a_written_class_has_a_wire_name():
    assert FIELD_NAMES.keys() == CLASS_NAMES.keys()
    for written, names in FIELD_NAMES.items():
        stored = [one.name for one in fields(written) if one.init]  # type: ignore[arg-type]
        assert [name for name in stored if name not in UNWRITTEN.get(written, ())] == list(names)
        assert UNWRITTEN.get(written, frozenset()) <= set(stored)
        assert len(set(names.values())) == len(names)
    assert len(set(CLASS_NAMES.values())) == len(CLASS_NAMES)


def test_a_class_without_a_wire_name_is_refused(app: Flask, made: dict[str, Any]):
    with pytest.raises(TypeError, match="Visit has no name in wire_names"):
        canonical(visit(app, made["visit"]))


def test_the_cookie_of_a_visitor_holds_the_same_answers(app: Flask, catalog: Catalog, made: dict[str, Any]):
    answers = visit(app, made["visit"]).answers

    given = {
        name: [sorted(one.value) if isinstance(one.value, frozenset) else str(one.value), one.on.isoformat()]
        for name, one in answers.given.items()
    }
    assert given == made["answers"]
    assert fingerprint(answers.given) == made["digests"]["answers"]
    assert packed_answers.packed(catalog.bank, answers).hex() == made["packed"]


def test_a_visitor_goes_on_where_they_were(visitor: Visitor, made: dict[str, Any]):
    visitor.client.set_cookie("prescreen-back-pain", made["visit"], path="/back-pain")

    assert visitor.page("/screener/review").text.count("9 weeks") == 1
    assert {one["value"] for one in visitor.page("/interest").all("input", name="trial")} == set(TRIALS)


def test_an_emergency_stays_one(visitor: Visitor, made: dict[str, Any]):
    visitor.client.set_cookie("prescreen-back-pain", made["emergency"], path="/back-pain")

    assert visitor.get("/interest").headers["Location"] == "/back-pain/urgent"


def test_what_a_form_was_signed_with_still_counts(app: Flask, catalog: Catalog, made: dict[str, Any]):
    with app.test_request_context("/back-pain/interest"):
        shown = {name: submission.trial_shown(one) for name, one in catalog.trials.items()}
        assert shown == made["digests"]["shown"]
        assert submission.is_consent_shown(made["digests"]["consent_shown"])


def test_the_same_form_sent_again_gives_the_receipt_of_then(visitor: Visitor, made: dict[str, Any]):
    visitor.client.set_cookie("prescreen-back-pain", made["visit"], path="/back-pain")

    answer = visitor.post("/interest", made["submission"])

    assert answer.status_code == 303
    assert "LP-S5VZ-R0" in visitor.page("/thanks").text


def test_a_private_link_opens_the_data(visitor: Visitor, made: dict[str, Any]):
    page = read(visitor.client.get(made["link"], follow_redirects=True).text)

    assert "w.quackenbush@example.org" in page.text
    assert "Steps for back pain" in page.text


def test_recruiters_see_each_finding_with_its_answer(app: Flask, made: dict[str, Any]):
    staff = Staff(app)
    staff.sign_in()

    pages = [staff.page(path).text for path in made["referrals"]]

    assert all("Wilhelmina Quackenbush" in page and "44 years" in page for page in pages)
    assert any("You have tried two of these treatments." in page for page in pages)


def test_keyed_look_ups_find_what_was_indexed(resources: Resources, made: dict[str, Any]):
    assert resources.keys.index_of_email("A@example.org").hex() == made["keys"]["email"]
    assert resources.keys.row_id(UUID(int=7)) == made["keys"]["row"]


def test_the_chain_of_the_trail_is_whole(resources: Resources, then: datetime):
    assert hash_chain.verify(resources.database, None, then).fault is None


@pytest.mark.parametrize("trial", TRIALS)
def test_a_snapshot_is_judged_as_the_person_was(catalog: Catalog, app: Flask, made: dict[str, Any], trial: str):
    answers = visit(app, made["visit"]).answers
    plan = Rematch(catalog.trials[trial], catalog.bank, datetime.fromisoformat(made["at"]).date())

    found = judge_snapshot(MADE / "snapshot", plan, Engine.POLARS)

    permits = assess(plan.trial, Facts(catalog.bank, answers, plan.on)).determination == "potentially_eligible"
    assert snapshots.read_manifest(MADE / "snapshot").rows == found.tally.judged == 1
    assert len(found.may_fit) == permits


def exported(resources: Resources, trial: str, form: str) -> bytes:
    settings = resources.settings
    told = {
        "PRESCREEN_DATABASE_URL": settings.database_url,
        "PRESCREEN_INSTANCE": str(settings.instance),
        "PRESCREEN_CRITERIA": str(settings.criteria),
        "PRESCREEN_SECRET_KEY": str(settings.secret_key),
        "PRESCREEN_ENCRYPTION_KEYS": f"k1:{base64.b64encode(bytes(range(32))).decode()}",
    }

    outcome = CliRunner().invoke(main, ["export", trial, "--format", form], env=told)

    assert outcome.exit_code == 0
    return outcome.stdout_bytes


def in_words(text: str) -> str:
    """Return the findings of an export, which held truth values, in the words that they have now."""
    for truth, words in PERMITS_WORDS.items():
        text = re.sub(rf'(=|": "){truth.value}\b', rf"\g<1>{words}", text)
    return text


LATER = ("cohorts_that_may_fit",)
"""The columns that came later: each stands at the end, and is empty for what was made before."""


def without_later_columns(text: str) -> str:
    """Return an export, CSV or NDJSON, as it was before columns were added at its end."""
    header, *lines = text.splitlines(keepends=True)
    if header.startswith("{"):
        added = "".join(f', "{name}": []' for name in LATER)
        return "".join(line.replace(f"{added}}}", "}") for line in (header, *lines))
    added, empty = "".join(f",{name}" for name in LATER), "," * len(LATER)
    assert header.endswith(f"{added}\r\n")
    return "".join([header.replace(added, ""), *(line.removesuffix(f"{empty}\r\n") + "\r\n" for line in lines)])


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("trial", TRIALS)
def test_an_export_says_what_it_said_with_findings_in_words(resources: Resources, trial: str, form: str):
    before = (MADE / "export" / f"{trial}.{form}").read_bytes().decode()

    assert without_later_columns(exported(resources, trial, form).decode()) == in_words(before) != before


@pytest.mark.parametrize("trial", TRIALS)
def test_an_import_for_redcap_has_the_fields_and_data_that_it_had(resources: Resources, trial: str):
    with ZipFile(BytesIO(exported(resources, trial, "redcap"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    before = {name: (MADE / "export" / f"{trial}.{name}").read_bytes() for name in files}

    assert without_later_columns(files[DATA_FILE].decode()) == before[DATA_FILE].decode()
    fields = [row for row in unlabelled(files[DICTIONARY_FILE]) if row["Variable / Field Name"] not in LATER]
    assert fields == unlabelled(before[DICTIONARY_FILE])


def unlabelled(dictionary: bytes) -> list[dict[str, str]]:
    """Return the fields without their labels, which may say more than they did.

    The choice for a question without any tick had the label that options of the question have too.
    """
    rows = csv.DictReader(StringIO(dictionary.decode().replace("0, None of these", "0, Nothing ticked"), newline=""))
    return [{name: cell for name, cell in row.items() if name != "Field Label"} for row in rows]
