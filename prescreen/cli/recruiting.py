"""`prescreen recruiters`."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import click

from prescreen.catalog.catalog import Catalog
from prescreen.catalog.faults import did_you_mean
from prescreen.cli.choices import DataError, json_option, refuse_call
from prescreen.cli.opening import Opened, opened, todays_catalog
from prescreen.storage import recruiters as accounts_kept
from prescreen.workflow.accounts import (
    Account,
    AccountError,
    Assignment,
    RecruiterDetails,
    add_recruiter,
    disable_recruiter,
    normalised_email,
)
from prescreen.workflow.passwords import SHORTEST, PasswordRefusedError


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
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@json_option
def add(email: str, name: str, trials: tuple[str, ...], password_stdin: bool, as_json: bool) -> None:
    """Add an account, or more trials (and with --password-stdin a new password) to an existing one."""
    catalog = todays_catalog()
    assignments = tuple(_assignment(catalog, text) for text in trials)
    with opened() as tools:
        password = _password_line() if password_stdin else _asked_password(tools, email)
        account = _added(tools, RecruiterDetails(email, name, assignments, password))
    click.echo(json.dumps(_data(account), ensure_ascii=False) if as_json else _line(account))


def _assignment(catalog: Catalog, text: str) -> Assignment:
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


def _password_line() -> str:
    return sys.stdin.readline().removesuffix("\n")


def _asked_password(tools: Opened, email: str) -> str | None:
    """Ask twice, hidden; None for an account that has a password already."""
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


def _added(tools: Opened, details: RecruiterDetails) -> Account:
    try:
        with tools.database.writing() as session:
            return add_recruiter(session, details, datetime.now(UTC))
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
        "disabled": account.disabled_at is not None,
    }


def _line(account: Account) -> str:
    data = _data(account)
    trials = ", ".join(one["trial"] + (f":{one['site']}" if one["site"] else "") for one in data["trials"])
    return f"{account.email}  {account.name}  {trials}{'  (disabled)' if data['disabled'] else ''}"
