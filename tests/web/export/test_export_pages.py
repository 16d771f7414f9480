import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import openpyxl
import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from prescreen.export.columns.table import HEADER, IDENTITY
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Right, Role
from prescreen.storage.audit import events
from prescreen.storage.tables import RecruiterRight
from prescreen.web.export import export_pages
from prescreen.web.export.download_slots import MOST_AT_ONCE
from prescreen.workflow.export import export_runs
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import Format
from tests.people import CONTACT
from tests.web.office import OTHER_TRIAL, Office, actions, catalog, office
from tests.web.referred import TRIAL

__all__ = ["catalog", "office"]

PAGE = "/recruiter/exports"
REASON = "for the monthly report"


def ask(office: Office, **changes: object) -> TestResponse:
    form = {"trial": TRIAL, "format": "csv", "column": list(HEADER), "identity": "yes", "reason": REASON, **changes}
    return office.client.post(PAGE, data={"form_token": token(office), **form})


def token(office: Office) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', office.page(PAGE))
    assert found
    return found[1]


def ended(office: Office) -> events.Event:
    with office.database.reading() as session:
        return events.about(session, events.Subject("trial", TRIAL), events.Action.EXPORT_ENDED)[-1]


def account_id(office: Office) -> UUID:
    with office.database.reading() as session:
        return recruiters.everyone(session)[0].id


def only_right(office: Office, *rights: Right) -> None:
    with office.database.writing() as session:
        session.execute(delete(RecruiterRight))
        recruiters.give_rights(session, account_id(office), rights)


def test_the_menu_leads_to_exports(office: Office) -> None:
    assert f'<a href="{PAGE}" >Exports</a>' in office.page("/recruiter/")


def test_a_csv_is_sent_and_on_record_with_reason_rows_and_digest(office: Office) -> None:
    office.refer()

    answer = ask(office)

    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (answer.status_code, answer.mimetype, tuple(row)) == (200, "text/csv", HEADER)
    assert row["phone"] == f"'{CONTACT.phone}"
    details = ended(office).details
    assert (details["reason"], details["rows"], details["state"]) == (REASON, 1, "finished")
    assert details["sha256"] == hashlib.sha256(answer.data).hexdigest()


@pytest.mark.parametrize("form", ["csv-excel", "xlsx", "ndjson", "redcap"])
def test_every_format_opens(office: Office, form: str) -> None:
    office.refer()

    answer = ask(office, format=form)

    match form:
        case "csv-excel":
            (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
            assert (answer.data[:3], row["name"]) == (b"\xef\xbb\xbf", CONTACT.name)
            assert answer.headers["Content-Disposition"].endswith(".excel.csv")
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(answer.data))["Referrals"].max_row == 2
        case "ndjson":
            assert json.loads(answer.data)["phone"] == CONTACT.phone
        case "redcap":
            with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                dictionary = archive.read("redcap_data_dictionary.csv").decode()
            assert "q_back_pain_score,prescreening,,text," in dictionary
    assert ended(office).details["sha256"] == hashlib.sha256(answer.data).hexdigest()


@pytest.mark.parametrize("reason", ["", "   ", "too short", "x" * 501])
def test_who_people_are_leaves_for_a_reason_only(office: Office, reason: str) -> None:
    office.refer()

    refused = ask(office, reason=reason)

    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert actions(office.database, "trial", TRIAL) == []


def test_the_reason_given_is_on_record_without_blanks_around_it(office: Office) -> None:
    office.refer()
    assert re.search(r'<\w+[^>]*name="reason"[^>]*required', office.page(PAGE), re.DOTALL)

    answer = ask(office, reason=f" {REASON} ")

    assert CONTACT.name in answer.text
    assert ended(office).details["reason"] == REASON


def test_who_asks_for_one_download_too_many_is_told_when_to_try_again(office: Office) -> None:
    office.refer()
    running = [ask(office) for _ in range(MOST_AT_ONCE)]

    refused = ask(office)
    other = office.post(f"{PAGE}/{uuid4()}/rest", reason=REASON)

    assert (refused.status_code, refused.headers["Retry-After"], other.status_code) == (503, "30", 404)
    assert "Other downloads are running." in refused.text
    assert REASON in refused.text
    assert actions(office.database, "trial", TRIAL) == ["export_started"] * MOST_AT_ONCE
    for answer in running:
        assert CONTACT.name in answer.text
    assert ask(office).status_code == 200


def test_without_the_tick_nobody_is_named(office: Office) -> None:
    office.refer()

    answer = ask(office, identity="")

    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert set(IDENTITY).isdisjoint(row)
    assert CONTACT.name not in answer.text
    assert ended(office).details["with_identity"] is False


def test_columns_and_states_are_chosen(office: Office) -> None:
    office.refer()

    chosen = ask(office, column=["state", "reference"], identity="", state=["new", "contacted"])
    none = ask(office, column=["state"], state=["enrolled"])

    assert chosen.text.splitlines()[0] == "reference,referral_id,state"
    assert (len(chosen.text.splitlines()), len(none.text.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"reason": ""}, "reason", "Say what the export is for, in 10 characters or more."),
        ({"reason": "  too few  "}, "reason", "Say what the export is for"),
        ({"reason": "x" * 501}, "reason", "Say it in at most 500 characters; these are 501."),
        ({"format": "pdf"}, "format", "Choose a format."),
        ({"trial": ""}, "trial", "Choose a trial."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_exported(
    office: Office, changes: dict[str, str], field: str, message: str
) -> None:
    office.refer()

    answer = ask(office, **changes)

    assert answer.status_code == 422
    assert f'<a href="#{field}">{message}' in answer.text
    assert actions(office.database, "trial", TRIAL) == []


def test_what_was_typed_stays_in_the_form(office: Office) -> None:
    page = ask(office, reason="short", column=["state"], identity="").text

    assert ">short</textarea>" in page
    ticked = re.findall(r'name="column"\s+value="(\w+)"\s+checked', page)
    assert ticked == ["state"]


@pytest.mark.parametrize("form", Format)
def test_a_format_without_its_right_is_not_offered_and_refused(office: Office, form: str) -> None:
    office.refer()
    only_right(office, *(set(Right) - {Right(f"export_{form.partition('-')[0]}")}))

    assert f'name="format" value="{form}"' not in office.page(PAGE)
    assert ask(office, format=form).status_code == 404
    assert actions(office.database, "trial", TRIAL) == ["export_refused"]


def test_identity_without_its_right_is_not_offered_and_refused(office: Office) -> None:
    office.refer()
    only_right(office, *(set(Right) - {Right.EXPORT_IDENTITY}))

    assert 'name="identity"' not in office.page(PAGE)
    assert ask(office).status_code == 404
    assert ask(office, identity="").status_code == 200


def test_an_analyst_exports_without_identity_only(office: Office) -> None:
    office.refer()
    with office.database.writing() as session:
        recruiters.set_role(session, account_id(office), Role.ANALYST)

    assert ask(office).status_code == 404
    listed = ask(office, identity="")
    assert (listed.status_code, CONTACT.name in listed.text) == (200, False)


@pytest.mark.parametrize("reason", ["", "too short"])
def test_without_identity_too_every_export_needs_a_reason(office: Office, reason: str) -> None:
    office.refer()
    only_right(office, *(set(Right) - {Right.EXPORT_IDENTITY}))
    assert re.search(r'<\w+[^>]*name="reason"[^>]*required', office.page(PAGE), re.DOTALL)

    refused = ask(office, identity="", reason=reason)

    assert refused.status_code == 422
    assert actions(office.database, "trial", TRIAL) == []


def test_who_has_no_right_to_any_format_is_told_so(office: Office) -> None:
    only_right(office)

    assert "Your account may not export." in office.page(PAGE)


def test_another_trial_cannot_be_exported(office: Office) -> None:
    office.refer(trial_id=OTHER_TRIAL)

    assert ask(office, trial=OTHER_TRIAL).status_code == 404
    assert actions(office.database, "trial", OTHER_TRIAL)[-1] == "export_refused"


def test_earlier_exports_are_listed_with_state_rows_and_digest(office: Office) -> None:
    office.refer()
    digest = hashlib.sha256(ask(office).data).hexdigest()

    page = " ".join(office.page(PAGE).split())

    assert '<span class="tag fits">complete</span>' in page
    assert REASON in page
    assert f'title="{digest}"' in page


def test_the_side_file_names_the_file_and_its_digest(office: Office) -> None:
    office.refer()
    answer = ask(office)
    digest = hashlib.sha256(answer.data).hexdigest()

    (address,) = re.findall(r'href="([^"]+\.sha256)"', office.page(PAGE))
    beside = office.client.get(address)

    name = re.findall(r"filename=(\S+)", answer.headers["Content-Disposition"])[0]
    assert beside.text == f"{digest}  {name}\n"
    assert beside.headers["Content-Disposition"] == f"attachment; filename={name}.sha256"


def failing(*_: object, **__: object) -> Iterator[Chunk]:
    yield Chunk(b"reference,referral_id\r\n")
    raise ConnectionError("the database went away")


def test_a_failed_export_does_not_look_whole_and_its_rest_can_be_had(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.refer()
    with monkeypatch.context() as broken:
        broken.setattr(export_pages, "chunks", failing)
        answer = ask(office)
        with pytest.raises(ConnectionError):
            answer.get_data()

    assert ended(office).details["state"] == "aborted"
    assert '<span class="tag late">stopped</span>' in office.page(PAGE)
    (address,) = re.findall(r'action="([^"]+/rest)"', office.page(PAGE))
    rest = office.client.post(address, data={"form_token": token(office)})
    assert len(rest.text.splitlines()) == 2
    assert ended(office).details["state"] == "finished"


def test_a_stopped_export_says_what_left_and_the_rest_is_exactly_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("A", "B", "C", "D"):
        office.refer(name=name)
    monkeypatch.setattr("prescreen.workflow.export.referral_rows.PAGE_SIZE", 1)
    monkeypatch.setattr("prescreen.export.csv_copy.FIRST_PAGE", 1)
    monkeypatch.setattr("prescreen.export.csv_copy.PAGE", 1)
    monkeypatch.setattr(export_pages, "_ON_THE_WAY", 0)
    answer = office.client.post(
        PAGE,
        data={"form_token": token(office), "trial": TRIAL, "format": "ndjson", "column": "state", "reason": REASON},
        buffered=False,
    )
    taken = [next(answer.response) for _ in range(3)]  # type: ignore[call-overload]
    answer.close()
    whole = ask(office, format="ndjson", column="state", identity="").data

    assert ended(office).details["rows"] == 4
    address = re.findall(r'action="([^"]+/rest)"', office.page(PAGE))[0]
    rest = office.client.post(address, data={"form_token": token(office)}).data

    # Two surely left; the third was handed over and may have.
    assert b"".join(taken[:2]) + rest == whole


@pytest.mark.parametrize("path", ["{}/rest", "{}.sha256"])
def test_exports_of_others_and_guessed_ones_are_not_found_and_on_record(office: Office, path: str) -> None:
    office.refer()
    run = export_runs.begin(
        office.database,
        export_pages.Wanted(TRIAL, export_pages.Format.CSV, ("state",), False, REASON),
        events.Actor(events.ActorKind.RECRUITER, str(uuid4())),
        datetime.now(UTC),
    )
    address = f"{PAGE}/{path.format(run.id)}"

    asked = (
        office.client.get(address)
        if path.endswith("256")
        else office.client.post(address, data={"form_token": token(office)})
    )

    assert asked.status_code == 404
    assert actions(office.database, "export_run", str(run.id)) == ["export_refused"]


def test_a_form_that_was_not_made_for_the_session_is_refused(office: Office) -> None:
    assert office.client.post(PAGE, data={"form_token": "0" * 64, "reason": REASON}).status_code == 403


def test_when_an_export_began_is_told_by_the_clocks_of_the_service(office: Office) -> None:
    ask(office)

    began = ended(office).at.astimezone(office.catalog.service.timezone)

    assert f"{began:%Y}, {began:%H}:" in office.page(PAGE)
    assert f"{began:%Z}</time>" in office.page(PAGE)
