"""`prescreen recruiters`."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.command_options import DataError, json_option, refuse_call
from prescreen.cli.base.context import Opened, opened, todays_catalog
from prescreen.storage.accounts import recruiters as accounts_kept
from prescreen.storage.accounts.recruiters import Assignment, Right, Role, SecondFactor
from prescreen.workflow.accounts.passwords import SHORTEST, PasswordRefusedError
from prescreen.workflow.accounts.recruiters import (
    Account,
    AccountError,
    RecruiterDetails,
    add_recruiter,
    disable_recruiter,
    existing,
    normalised_email,
)
from prescreen.workflow.accounts.second_factor import set_up_by_operator

Command = TypeVar("Command", bound=Callable[..., Any])
NO_RIGHT = "none"


def role_option(command: Command) -> Command:
    """Add `--role`."""
    help_text = "What the account is for; recruiter if left out."
    return click.option("--role", type=click.Choice([role.value for role in Role]), help=help_text)(command)


def right_option(command: Command) -> Command:
    """Add `--right`."""
    kind = click.Choice([*(right.value for right in Right), NO_RIGHT])
    help_text = "What it may export; everything if left out. May be repeated."
    return click.option("--right", "rights", multiple=True, type=kind, help=help_text)(command)


def rights_of(given: tuple[str, ...]) -> frozenset[Right] | None:
    """Return the rights that were named; None where no `--right` was given, an empty set for `none`."""
    return frozenset(Right(one) for one in given if one != NO_RIGHT) if given else None


def assignment(catalog: Catalog, text: str) -> Assignment:
    """Parse `TRIAL` or `TRIAL:SITE`. Raise DataError where the catalog holds no such trial or site."""
    trial_id, colon, site_id = text.partition(":")
    trial = catalog.trials.get(trial_id)
    if trial is None:
        raise DataError(f"unknown trial '{trial_id}'{did_you_mean(trial_id, catalog.trials)}")
    if not colon:
        return Assignment(trial_id)
    sites = [site.id for site in trial.sites]
    if site_id not in sites:
        raise DataError(f"trial {trial_id} has no site '{site_id}'{did_you_mean(site_id, sites)}")
    return Assignment(trial_id, site_id)


@click.group()
def recruiters() -> None:
    """Add, list and disable the accounts of trials' staff."""


@recruiters.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--trial",
    "trials",
    multiple=True,
    required=True,
    metavar="TRIAL[:SITE]",
    help="A trial whose referrals they work, at every site or one. May be repeated.",
)
@role_option
@right_option
@click.option("--second-factor", is_flag=True, help="Set up a new second factor and print its secret.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@json_option
def add(email: str, name: str, trials: tuple[str, ...], *, password_stdin: bool, as_json: bool, **more: Any) -> None:
    """Add an account, or more trials (and with --password-stdin a new password) to an existing one.

    Where PRESCREEN_SECOND_FACTOR is required, a second factor is set up for an account that has none.
    """
    catalog = todays_catalog()
    assignments = tuple(assignment(catalog, text) for text in trials)
    role, rights = Role(more["role"]) if more["role"] else None, rights_of(more["rights"])
    with opened() as tools:
        password = _password_line() if password_stdin else _asked_password(tools, email)
        details = RecruiterDetails(email, name, assignments, password, role, rights, tools.settings.leaked_passwords)
        account, secret = _added(tools, details, wanted=more["second_factor"])
    shown = {"totp_secret": secret} if secret else {}
    if as_json:
        click.echo(json.dumps(_data(account) | shown, ensure_ascii=False))
    else:
        click.echo(_line(account) + (f"  second factor: {secret}" if secret else ""))


def _password_line() -> str:
    return sys.stdin.readline().removesuffix("\n")


def _asked_password(tools: Opened, email: str) -> str | None:
    """Ask for a password twice, hidden; return None for an account that already has one."""
    try:
        with tools.database.reading() as session:
            if accounts_kept.with_email(session, normalised_email(email)):
                return None
    except AccountError as error:
        raise DataError(str(error)) from error
    if not _on_terminal():
        refuse_call("a new account needs a password, and there is no terminal to ask for it; give --password-stdin")
    prompt = f"Password ({SHORTEST} characters or more)"
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True))


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _added(tools: Opened, details: RecruiterDetails, *, wanted: bool) -> tuple[Account, str | None]:
    """Return the account, and the secret of its second factor if one was set up."""
    now = datetime.now(UTC)
    try:
        with tools.database.writing() as session:
            account = add_recruiter(session, details, now)
            owed = tools.settings.second_factor_required and account.second_factor is not SecondFactor.SET_UP
            secret = set_up_by_operator(session, tools.keys, account.id, now) if wanted or owed else None
            return existing(session, account.id), secret
    except (AccountError, PasswordRefusedError) as error:
        raise DataError(str(error)) from error


@recruiters.command("list")
@json_option
def list_accounts(as_json: bool) -> None:
    """List all accounts with their trials."""
    with opened() as tools, tools.database.reading() as session:
        accounts = accounts_kept.everyone(session)
    if as_json:
        click.echo(json.dumps([_data(account) for account in accounts], indent=2, ensure_ascii=False))
        return
    for account in accounts:
        click.echo(_line(account))


@recruiters.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close an account and end its sessions."""
    with opened() as tools:
        try:
            with tools.database.writing() as session:
                disable_recruiter(session, email, datetime.now(UTC))
        except AccountError as error:
            raise DataError(str(error)) from error
    click.echo(f"{email} can no longer sign in")


def _data(account: Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "trials": [{"trial": one.trial_id, "site": one.only_site_id} for one in account.assignments],
        "role": account.role.value,
        "rights": sorted(account.rights),
        "second_factor": account.second_factor is SecondFactor.SET_UP,
        "disabled": account.disabled_at is not None,
    }


def _line(account: Account) -> str:
    data = _data(account)
    trials = ", ".join(one["trial"] + (f":{one['site']}" if one["site"] else "") for one in data["trials"])
    role = "" if account.role is Role.RECRUITER else f"  ({account.role.value})"
    return f"{account.email}  {account.name}  {trials}{role}{'  (disabled)' if data['disabled'] else ''}"
