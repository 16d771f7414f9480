import json
import re
from dataclasses import replace

import pyotp
import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.cli.accounts import invite
from prescreen.cli.accounts import recruiters as recruiting
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.storage.accounts import account_invitations, recruiters
from prescreen.storage.accounts.recruiters import EVERY_RIGHT, Account, Assignment, Right, Role, SecondFactor
from prescreen.storage.accounts.second_factor import secret_of
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts.sessions import hashed
from tests.cli.conftest import Run
from tests.people import NOW, PASSWORD

TRIAL, SITE_OF_OTHER = "NCT03386149", "NCT06053242:aventura"
ADD = ("recruiters", "add", "rec@example.org", "--name", "Rec", "--trial", TRIAL, "--password-stdin")


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, NOW.date())


@pytest.fixture(autouse=True)
def quick_catalog(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (recruiting, invite):
        monkeypatch.setattr(module, "todays_catalog", lambda: shipped)


def added(database: Database) -> Account:
    with database.reading() as session:
        (account,) = recruiters.everyone(session)
    return account


def invited(database: Database, printed: str) -> account_invitations.Invited:
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/recruiter/join/(\S{43})\n", printed)
    assert found is not None
    with database.reading() as session:
        kept = account_invitations.find(session, hashed(found[1]))
    assert kept is not None
    return kept.invited


def test_an_invitation_is_a_link_on_standard_output(database: Database, run: Run) -> None:
    done = run("recruiters", "invite", "New@example.org", "--trial", TRIAL, "--trial", SITE_OF_OTHER)

    found = invited(database, done.stdout)
    assert (found.email, found.role, found.rights) == ("new@example.org", Role.RECRUITER, EVERY_RIGHT)
    assert found.assignments == (Assignment(TRIAL), Assignment("NCT06053242", "aventura"))


def test_role_and_rights_are_said(database: Database, run: Run) -> None:
    options = ("--role", "analyst", "--trial", TRIAL, "--right", "export_csv")

    found = invited(database, run("recruiters", "invite", *options).stdout)

    assert (found.email, found.role, found.rights) == (None, Role.ANALYST, frozenset({Right.EXPORT_CSV}))


def test_an_administrator_is_for_every_trial_unless_told(database: Database, run: Run, shipped: Catalog) -> None:
    found = invited(database, run("recruiters", "invite", "--role", "administrator").stdout)

    assert {one.trial_id for one in found.assignments} == set(shipped.trials)


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ((), 2, "say which trials"),
        (("--trial", "NCT0338614"), 1, f"unknown trial 'NCT0338614'; did you mean '{TRIAL}'?"),
        (("nobody", "--trial", TRIAL), 1, "'nobody' is not an e-mail address"),
        (("rec@example.org", "--trial", TRIAL), 1, "has an account already"),
        (("--trial", TRIAL, "--role", "king"), 2, "Invalid value for '--role'"),
        (("--trial", TRIAL, "--right", "everything"), 2, "Invalid value for '--right'"),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_faulty_invitation_is_refused(run: Run, options: tuple[str, ...], status: int, words: str) -> None:
    run(*ADD, text=PASSWORD)

    refused = run("recruiters", "invite", *options)

    assert (refused.exit_code, refused.stdout) == (status, "")
    assert words in refused.stderr


def test_an_account_may_be_made_for_any_role_with_few_rights(database: Database, run: Run) -> None:
    done = run(*ADD, "--role", "administrator", "--right", "none", text=PASSWORD)

    account = added(database)
    assert done.stdout == f"rec@example.org  Rec  {TRIAL}  (administrator)\n"
    assert (account.role, account.rights) == (Role.ADMINISTRATOR, frozenset())


def test_without_more_an_account_is_a_recruiters_with_every_right_and_no_second_factor(
    database: Database, run: Run
) -> None:
    printed = json.loads(run(*ADD, "--json", text=PASSWORD).stdout)

    account = added(database)
    assert (account.role, account.rights, account.second_factor) == (Role.RECRUITER, EVERY_RIGHT, SecondFactor.NONE)
    assert "totp_secret" not in printed
    assert (printed["role"], printed["second_factor"]) == ("recruiter", False)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_second_factor_is_set_up_where_it_is_wanted_or_required(
    database: Database, keys: Keys, run: Run, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setenv("PRESCREEN_SECOND_FACTOR", "" if wanted else "required")

    printed = json.loads(run(*ADD, *(["--second-factor"] if wanted else []), "--json", text=PASSWORD).stdout)

    account = added(database)
    assert account.second_factor is SecondFactor.SET_UP
    with database.reading() as session:
        assert secret_of(session, keys.ring, account.id) == printed["totp_secret"]
    assert pyotp.TOTP(printed["totp_secret"]).now()


def test_adding_a_trial_keeps_a_second_factor_that_is_required(
    database: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_SECOND_FACTOR", "required")
    run(*ADD, text=PASSWORD)

    again = run(*ADD[:-1], "--trial", SITE_OF_OTHER, "--json")

    assert "totp_secret" not in json.loads(again.stdout)
    assert added(database).second_factor is SecondFactor.SET_UP


def test_the_link_for_the_first_administrator_is_printed_until_there_is_one(
    database: Database, run: Run, settings: Settings, shipped: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    serving = replace(settings, public_url="https://trials.example.org")
    invite.print_first_link(serving, shipped)
    first = capsys.readouterr()
    run(*ADD, text=PASSWORD)
    invite.print_first_link(serving, shipped)
    second = capsys.readouterr()
    run(*ADD[:-1], "--role", "administrator")
    invite.print_first_link(serving, shipped)

    tokens = [re.findall(r"https://trials\.example\.org/recruiter/join/(\S{43})\n", one.err) for one in (first, second)]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert first.out + second.out == ""
    assert capsys.readouterr() == ("", "")
