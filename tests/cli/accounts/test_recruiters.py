import json
from pathlib import Path

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.cli.accounts import recruiters as recruiting
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.workflow.accounts.passwords import is_password
from tests.cli.conftest import Run
from tests.people import NOW, PASSWORD, write_leaked

TRIAL, OTHER_TRIAL, SITE = "NCT03386149", "NCT06053242", "aventura"
ADD = ("recruiters", "add", "Rec@example.org", "--name", "Rec Ruiter", "--password-stdin")


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, NOW.date())


@pytest.fixture(autouse=True)
def quick_catalog(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recruiting, "todays_catalog", lambda: shipped)


def accounts(database: Database) -> list[Account]:
    with database.reading() as session:
        return recruiters.everyone(session)


def test_a_recruiter_is_added_with_the_password_of_standard_input(database: Database, run: Run) -> None:
    added = run(*ADD, "--trial", TRIAL, text=f"{PASSWORD}\n")

    (account,) = accounts(database)
    assert (added.exit_code, added.stdout) == (0, f"rec@example.org  Rec Ruiter  {TRIAL}\n")
    assert is_password(PASSWORD, account.password_hash)


def test_only_the_line_end_is_taken_from_the_password(database: Database, run: Run) -> None:
    run(*ADD, "--trial", TRIAL, text=f"  {PASSWORD} \nsecond line\n")

    assert is_password(f"  {PASSWORD} ", accounts(database)[0].password_hash)


def test_trials_and_sites_are_given_one_by_one(database: Database, run: Run) -> None:
    added = run(*ADD, "--trial", TRIAL, "--trial", f"{OTHER_TRIAL}:{SITE}", "--json", text=PASSWORD)

    assert accounts(database)[0].assignments == (Assignment(TRIAL), Assignment(OTHER_TRIAL, SITE))
    printed = json.loads(added.stdout)
    assert printed["email"] == "rec@example.org"
    assert printed["trials"] == [{"trial": TRIAL, "site": None}, {"trial": OTHER_TRIAL, "site": SITE}]


def test_adding_again_adds_trials_and_asks_for_no_password(database: Database, run: Run) -> None:
    run(*ADD, "--trial", TRIAL, text=PASSWORD)

    again = run(*ADD[:-1], "--trial", OTHER_TRIAL)

    assert again.exit_code == 0
    assert accounts(database)[0].trial_ids == (TRIAL, OTHER_TRIAL)


@pytest.mark.parametrize(
    ("trial", "password", "problem"),
    [
        ("NCT0338614", PASSWORD, f"unknown trial 'NCT0338614'; did you mean '{TRIAL}'?"),
        (f"{OTHER_TRIAL}:aventur", PASSWORD, f"trial {OTHER_TRIAL} has no site 'aventur'; did you mean 'aventura'?"),
        (TRIAL, "too short", "the password has 9 characters; give 15"),
        (TRIAL, "", "the password has 0 characters"),
        (TRIAL, "administrator1234", "the password is common or easily guessed"),
    ],
)
@pytest.mark.usefixtures("database")
def test_what_will_not_do_is_refused_in_one_line(run: Run, trial: str, password: str, problem: str) -> None:
    refused = run(*ADD, "--trial", trial, text=password)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(problem)
    assert refused.stderr.count("\n") == 1


@pytest.mark.usefixtures("database")
def test_a_password_that_leaked_elsewhere_is_refused_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_LEAKED_PASSWORDS", str(write_leaked(tmp_path / "list", [PASSWORD])))

    refused = run(*ADD, "--trial", TRIAL, text=PASSWORD)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("the password stands on a list of passwords that were stolen elsewhere")
    assert refused.stderr.count("\n") == 1
    assert run(*ADD, "--trial", TRIAL, text=f"{PASSWORD} and more").exit_code == 0


@pytest.mark.parametrize("more", [("--password-stdin",), ()])
@pytest.mark.usefixtures("database")
def test_what_is_no_address_is_refused(run: Run, more: tuple[str, ...]) -> None:
    refused = run("recruiters", "add", "rec", "--name", "Rec", "--trial", TRIAL, *more, text=PASSWORD)

    assert refused.exit_code == 1
    assert "'rec' is not an e-mail address" in refused.stderr


@pytest.mark.usefixtures("database")
def test_without_a_terminal_a_new_account_needs_the_password_on_standard_input(run: Run) -> None:
    refused = run(*ADD[:-1], "--trial", TRIAL, text=f"{PASSWORD}\n{PASSWORD}\n")

    assert refused.exit_code == 2
    assert "give --password-stdin" in refused.stderr


@pytest.mark.parametrize(("second", "status"), [(PASSWORD, 0), ("something else", 1)])
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    database: Database, run: Run, monkeypatch: pytest.MonkeyPatch, second: str, status: int
) -> None:
    monkeypatch.setattr(recruiting, "_on_terminal", lambda: True)

    added = run(*ADD[:-1], "--trial", TRIAL, text=f"{PASSWORD}\n{second}\n")

    assert (added.exit_code, len(accounts(database))) == (status, 1 - status)
    assert PASSWORD not in added.output


def test_accounts_are_listed(database: Database, run: Run) -> None:
    run(*ADD, "--trial", f"{OTHER_TRIAL}:{SITE}", text=PASSWORD)

    assert run("recruiters", "list").stdout == f"rec@example.org  Rec Ruiter  {OTHER_TRIAL}:{SITE}\n"
    (listed,) = json.loads(run("recruiters", "list", "--json").stdout)
    assert (listed["name"], listed["disabled"]) == ("Rec Ruiter", False)
    assert "argon2" not in run("recruiters", "list", "--json").stdout


def test_a_disabled_account_stays_on_the_list(database: Database, run: Run) -> None:
    run(*ADD, "--trial", TRIAL, text=PASSWORD)

    assert run("recruiters", "disable", "rec@example.org").exit_code == 0

    assert run("recruiters", "list").stdout.endswith("(disabled)\n")
    assert accounts(database)[0].disabled_at is not None


@pytest.mark.usefixtures("database")
def test_disabling_nobody_says_so(run: Run) -> None:
    refused = run("recruiters", "disable", "nobody@example.org")

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "has no account" in refused.stderr


@pytest.mark.parametrize(
    "command", [("recruiters", "list"), ("export", TRIAL), ("purge",), ("serve",), (*ADD, "--trial", TRIAL)]
)
def test_a_database_without_tables_is_refused_with_the_way_out(run: Run, command: tuple[str, ...]) -> None:
    refused = run(*command, text=PASSWORD)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.endswith("run `prescreen db upgrade`\n")
